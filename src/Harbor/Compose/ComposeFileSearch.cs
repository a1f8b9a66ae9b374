using System.Text;
using Harbor.Environments;
using Harbor.Files;
using Harbor.Yaml;

namespace Harbor.Compose;

/// <summary>Follows compose files through <c>include</c> and <c>extends</c>, as Compose 2.26 resolves their paths.</summary>
internal sealed class ComposeFileSearch
{
    private readonly List<string> _paths = [];
    private readonly List<EnvFileName> _envFiles = [];
    private readonly HashSet<UnknownInput> _unknown = [];
    private readonly HashSet<string> _followed = [];
    private readonly ServiceProfiles _profiles = new();
    private readonly HashSet<(string File, string Folder, string EnvFiles, bool IsExtended)> _visited = [];

    public ComposeInputs Result() => new(
        [.. _paths.Distinct()],
        [.. _unknown],
        [.. _envFiles.Select(file => file with { IsPlain = file.IsPlain && !_followed.Contains(file.ComposeFile) }).Distinct()])
    {
        Profiles = _profiles.Result(),
        Services = _profiles.Services.ToHashSet(),
    };

    public void AddPath(string path) => _paths.Add(path);

    public void AddComposeFile(string composeFile, ComposePlace place)
    {
        _paths.Add(composeFile);
        if (!_visited.Add((composeFile, place.Folder, place.EnvFiles, place.IsExtended)) || Content(composeFile) is not { } content)
        {
            return;
        }

        try
        {
            foreach (var document in YamlTree.ReadCompose(Encoding.UTF8.GetString(content), composeFile))
            {
                AddDocument(document, composeFile, place);
            }
        }
        catch (InvalidStackException)
        {
            // Compose says it better, and is asked first.
            _unknown.Add(new(null, $"{Path.GetFileName(composeFile)} can't be read as Compose reads it"));
        }
    }

    private void AddDocument(YamlNode document, string composeFile, ComposePlace place)
    {
        foreach (var include in place.IsExtended ? [] : Items(document["include"]))
        {
            AddInclude(include, place);
        }

        foreach (var (name, service) in document["services"] is YamlMap services ? services.Members() : [])
        {
            foreach (var file in Items(service["env_file"]).Concat(Items(service["label_file"])))
            {
                AddEnvFile(file as YamlScalar ?? file["path"] as YamlScalar, composeFile, place, name.Value);
            }

            _profiles.Add(composeFile, name.Value, service, !place.IsExtended, profile => Fill(profile, place));
            if (service["extends"] is { } extends)
            {
                AddExtends(extends, name.Value, composeFile, place);
            }
        }
    }

    private void AddExtends(YamlNode extends, string service, string composeFile, ComposePlace place)
    {
        var path = composeFile;
        if (extends["file"] is { } file)
        {
            if (Resolve(file as YamlScalar, place, service) is not { } resolved)
            {
                return;
            }

            path = resolved;
            _followed.Add(path);
            AddComposeFile(path, place with { Folder = Path.GetDirectoryName(path)!, IsExtended = true });
        }

        if ((extends as YamlScalar ?? extends["service"] as YamlScalar) is { } extended)
        {
            _profiles.AddExtends(composeFile, service, path, extended.Value);
        }
    }

    /// <summary>Null where it can't be filled in.</summary>
    private static string? Fill(YamlScalar text, ComposePlace place)
    {
        try
        {
            return Interpolation.Fill(text.Value, place.Variables, "a profile in a compose file");
        }
        catch (InvalidStackException)
        {
            return null;
        }
    }

    /// <summary>All its files have one folder: the given one, or that of the first file.</summary>
    private void AddInclude(YamlNode include, ComposePlace place)
    {
        var named = include is YamlScalar ? [include] : Items(include["path"]).ToList();
        var files = named.Select(name => Resolve(name as YamlScalar, place, service: null)).OfType<string>().ToList();
        var folder = include["project_directory"] is { } given
            ? Resolve(given as YamlScalar, place, service: null) : Path.GetDirectoryName(files.FirstOrDefault());
        if (files.Count < named.Count || folder is null)
        {
            return; // Why is noted already.
        }

        IReadOnlyList<string> envFiles = include["env_file"] is { } own
            ? [.. Items(own).Select(name => Resolve(name as YamlScalar, place, service: null)).OfType<string>()]
            : [Path.Combine(folder, ".env")];
        _paths.AddRange(envFiles);
        var inside = new ComposePlace(folder, WithEnvFiles(place.Variables, envFiles)) { EnvFiles = string.Join('\n', envFiles) };
        foreach (var file in files)
        {
            _followed.Add(file);
            AddComposeFile(file, inside);
        }
    }

    /// <summary>What is set already stays.</summary>
    private Dictionary<string, string> WithEnvFiles(IReadOnlyDictionary<string, string> variables, IEnumerable<string> files)
    {
        var filled = new Dictionary<string, string>(variables);
        var added = new Dictionary<string, string>();
        foreach (var file in files)
        {
            if (Content(file) is not { } content)
            {
                continue;
            }

            var parsed = DotenvFile.Parse(content, file);
            if (parsed.Problems.Count > 0)
            {
                _unknown.Add(new(null, $"the env file {file} can't be read as Compose reads it"));
            }

            foreach (var entry in parsed.Entries.Where(entry => entry.Text is not null))
            {
                added[entry.Name] = entry.Quoting == DotenvQuoting.SingleQuoted ? entry.Text!
                    : Interpolation.Expand(
                        entry.Text!, name => variables.GetValueOrDefault(name) ?? added.GetValueOrDefault(name), _ => { });
            }
        }

        foreach (var (name, value) in added)
        {
            filled.TryAdd(name, value);
        }

        return filled;
    }

    private void AddEnvFile(YamlScalar? name, string composeFile, ComposePlace place, string service)
    {
        if (Resolve(name, place, service) is { } path)
        {
            _paths.Add(path);
            var anchor = name!.Anchor.Length == 0 ? "" : $"&{name.Anchor} ";
            _envFiles.Add(new(composeFile, name.Start, name.End, anchor, path) { IsPlain = name.Tag.Length == 0 && name.IsFlow });
        }
    }

    /// <summary>Null where there is no file, and where it can't be read, which is noted. A pipe or a device is never opened.</summary>
    private byte[]? Content(string path)
    {
        var kind = FileKinds.Follow(path);
        try
        {
            if (kind == FileKind.Regular)
            {
                return File.ReadAllBytes(path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            kind = FileKind.Special;
        }

        if (kind == FileKind.Special)
        {
            _unknown.Add(new(null, $"{Path.GetFileName(path)} can't be read"));
        }

        return null;
    }

    /// <summary>Null for an empty name, for one that can't be filled in, and for one that is fetched; why is noted.</summary>
    private string? Resolve(YamlScalar? name, ComposePlace place, string? service)
    {
        if (name is null)
        {
            _unknown.Add(new(service, "a path in the compose files has an unusual form"));
            return null;
        }

        try
        {
            var path = Interpolation.Fill(name.Value, place.Variables, "a path in a compose file");
            if (IsFetched(path))
            {
                _unknown.Add(new(service, $"{Excerpt.Of(path, longest: 200)} is fetched by Compose"));
                return null;
            }

            return path.Length == 0 ? null : Path.GetFullPath(path, place.Folder);
        }
        catch (InvalidStackException)
        {
            _unknown.Add(new(service, $"the path {Excerpt.Of(name.Value)} can't be filled in"));
            return null;
        }
    }

    /// <summary>A git repository or an OCI artifact, as <c>include</c> and <c>extends</c> take them.</summary>
    private static bool IsFetched(string path) =>
        path.Contains("://", StringComparison.Ordinal) || path.StartsWith("git@", StringComparison.Ordinal)
        || path.StartsWith("oci:", StringComparison.Ordinal) || path.StartsWith("github.com/", StringComparison.Ordinal);

    private static IEnumerable<YamlNode> Items(YamlNode? node) => node switch
    {
        null or YamlScalar { IsNull: true } => [],
        YamlList list => list.Items,
        _ => [node],
    };
}
