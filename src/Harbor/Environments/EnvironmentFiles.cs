using System.IO.Enumeration;
using Harbor.Files;
using Harbor.Runners;
using Harbor.Secrets.Age;
using Harbor.Secrets.Sops;

namespace Harbor.Environments;

/// <summary>The files of the layers, each read once.</summary>
internal sealed class EnvironmentFiles(EnvironmentRequest request) : IDisposable
{
    private readonly RunnerMounts _mounts = new(request.ProcessEnvironment);
    internal const string SitesFolder = "etc/sites";
    private static readonly LayerKind[] Order =
        [LayerKind.Sys, LayerKind.Site, LayerKind.Service, LayerKind.Dotenv, LayerKind.Secrets, LayerKind.Sops];
    private readonly Dictionary<string, DotenvFile?> _parsed = [];
    private OwnIdentities? _identities;

    public List<Problem> Problems { get; } = [];

    /// <summary>Compose's own variables in <c>.env</c> that have no effect.</summary>
    public List<Problem> Warnings { get; } = [];

    /// <summary>Every file asked for, once.</summary>
    public List<EnvironmentFile> Looked { get; } = [];

    public void Dispose() => _identities?.Dispose();

    /// <summary>The layers lowest first: the kind decides, then the order of the descriptor.</summary>
    public List<EnvironmentLayer> Layers(string? service)
    {
        var layers = new List<EnvironmentLayer>();
        foreach (var kind in Order)
        {
            foreach (var source in request.Sources)
            {
                if (source.Kind == kind)
                {
                    AddSource(layers, source, service);
                }
            }

            if (kind == LayerKind.Site && request.Site is { } site)
            {
                AddSite(layers, site);
            }
        }

        return layers;
    }

    private void AddSource(List<EnvironmentLayer> layers, EnvironmentSource source, string? service)
    {
        if (source.Service is not null && source.Service != service)
        {
            return;
        }

        if (source.File is { } file)
        {
            Add(layers, source, file, perService: source.Service is not null);
        }
        else if (service is not null && source is { Directory: { } directory, Pattern: { } pattern })
        {
            foreach (var name in MatchingFiles(directory, service, pattern))
            {
                Add(layers, source, $"{directory.TrimEnd('/')}/{service}/{name}", perService: true);
            }
        }
    }

    private IEnumerable<string> MatchingFiles(string directory, string service, string pattern)
    {
        var folder = Path.Combine(Path.GetFullPath(directory, request.Paths.Root), service);
        if (!pattern.AsSpan().ContainsAny('*', '?'))
        {
            return [pattern];
        }

        if (_mounts.Refusal(folder) is { } refusal)
        {
            Report($"{directory.TrimEnd('/')}/{service}", refusal);
        }

        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path))
                .Where(name => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false) && !EditorFiles.IsLeftover(name))
                    .Order(StringComparer.Ordinal)
            : [];
    }

    private void AddSite(List<EnvironmentLayer> layers, string site)
    {
        var file = $"{SitesFolder}/{site}.env";
        if (site.Length == 0 || site.StartsWith('.') || site.AsSpan().ContainsAny("/\\\0"))
        {
            Report(null, $"--site '{site}': the name of a file in {SitesFolder} without its .env is expected.");
        }
        else if (Path.GetFullPath(file, request.Paths.Root) is var path && !File.Exists(path) && _mounts.Refusal(path) is null)
        {
            var folder = Path.GetFullPath(SitesFolder, request.Paths.Root);
            string[] known = Directory.Exists(folder)
                ? [.. Directory.EnumerateFiles(folder, "*.env").Select(path => Path.GetFileNameWithoutExtension(path))
                    .Order(StringComparer.Ordinal)]
                : [];
            Report(null, $"--site {site}: there is no {file}.{Nearest.Hint(site, known)}"
                + (known.Length > 0 ? $" Known sites: {string.Join(", ", known)}." : ""));
        }
        else
        {
            Add(layers, new(LayerKind.Site, file, null, null, Optional: false, []), file, perService: false);
        }
    }

    private void Add(List<EnvironmentLayer> layers, EnvironmentSource source, string file, bool perService)
    {
        if (!_parsed.TryGetValue(file, out var parsed))
        {
            _parsed[file] = parsed = Read(source, file);
        }

        layers.Add(new(source, file, parsed?.Entries ?? [], perService));
    }

    private DotenvFile? Read(EnvironmentSource source, string file)
    {
        var path = Path.GetFullPath(file, request.Paths.Root);
        if (_mounts.Refusal(path) is { } refusal)
        {
            Report(file, refusal);
            return null;
        }

        var kind = FileKinds.Follow(path);
        Looked.Add(new(file, kind != FileKind.Missing));
        if (kind == FileKind.Missing)
        {
            if (!source.Optional && source.Generate.Count == 0 && !(request.NamesOnly && source.Kind == LayerKind.Secrets))
            {
                Report(file, $"is missing. The descriptor names it as a {source.Kind.ToString().ToLowerInvariant()} source; write it, or " +
                    $"say optional: true there.");
            }

            return null;
        }

        if (kind != FileKind.Regular)
        {
            Report(file, $"is {FileKinds.Describe(kind)}; a file of variables is expected.");
            return null;
        }

        if (source.Kind == LayerKind.Secrets && SecretsFile.Exposure(request.Paths, path) is { } exposure)
        {
            Problems.Add(exposure);
        }

        return Parse(source, file, path);
    }

    private DotenvFile? Parse(EnvironmentSource source, string file, string path)
    {
        var isSops = source.Kind == LayerKind.Sops;
        try
        {
            var parsed = isSops ? Decrypted(file, path) : DotenvFile.Parse(BoundedFile.Read(path, DotenvFile.MaxBytes), file);
            Problems.AddRange(parsed.Problems);
            foreach (var entry in parsed.Entries)
            {
                if (VariableNames.Refusal(entry.Name) is not { } refusal)
                {
                    continue;
                }

                if (IsForCompose(file, entry))
                {
                    Warnings.AddRange(source.IsHeeded ? [] : [new(file, entry.Line, entry.Column, refusal)]);
                }
                else
                {
                    Problems.Add(new(file, entry.Line, entry.Column, refusal));
                }
            }

            return parsed with { Entries = [.. parsed.Entries.Where(entry => !IsForCompose(file, entry))] };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Report(file, $"can't be read: {e.Message}");
            return null;
        }
        catch (InvalidStackException e) when (isSops)
        {
            Problems.AddRange(e.Problems);
            return null;
        }
    }

    /// <summary>Plain Compose reads <c>.env</c> too, and takes settings of its own from there.</summary>
    private static bool IsForCompose(string file, DotenvEntry entry) =>
        file == ".env" && entry.Name.StartsWith("COMPOSE_", StringComparison.Ordinal);

    // A method of its own: most runs have no such file, and compile nothing of it.
    private DotenvFile Decrypted(string file, string path)
    {
        if (request.NamesOnly)
        {
            return new(SopsVariables.ReadNames(BoundedFile.Read(path, SopsStore.MaxBytes), file), []);
        }

        _identities ??= IdentitySources.Load(request.ProcessEnvironment);
        return new(SopsVariables.Read(BoundedFile.Read(path, SopsStore.MaxBytes), file, _identities.All), []);
    }

    private void Report(string? file, string message) => Problems.Add(new(file, 0, 0, message));
}

/// <param name="PerService">Of one service: from a file beside it, or named by its override. Other services don't see it.</param>
internal sealed record EnvironmentLayer(EnvironmentSource Source, string File, IReadOnlyList<DotenvEntry> Entries, bool PerService);
