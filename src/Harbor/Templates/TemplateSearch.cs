using Harbor.Files;

namespace Harbor.Templates;

/// <summary>Finds and reads the templates of a request. Templates must be regular files inside the project.</summary>
public sealed class TemplateSearch
{
    private const string RunFolder = "var/run/";
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode Kept =
        Executable | UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private static readonly (string Suffix, TemplateEngine Engine)[] Suffixes =
        [(".hbs", TemplateEngine.Handlebars), (".envsubst", TemplateEngine.Envsubst), (".scriban", TemplateEngine.Scriban)];

    private readonly TemplateRequest _request;
    private readonly List<TemplateFile> _found = [];
    private readonly List<Problem> _problems = [];

    private TemplateSearch(TemplateRequest request) => _request = request;

    private string Root => _request.Paths.Root;

    /// <summary>Returns templates in ordinal order of their targets.</summary>
    /// <exception cref="InvalidStackException">Lists every invalid path, link, file kind and size, and every conflict of
    /// targets.</exception>
    public static IReadOnlyList<TemplateFile> Find(TemplateRequest request)
    {
        var search = new TemplateSearch(request);
        foreach (var templates in request.Services)
        {
            if (templates.Service.Contains('/') || SafePath.Refusal(templates.Service) is not null)
            {
                search.Report(null, $"'{templates.Service}' is not a valid service name, because it would change the path.");
                continue;
            }

            foreach (var set in templates.Sets)
            {
                search.Add(templates.Service, set, set.Engine ?? templates.Engine);
            }
        }

        search._found.Sort((a, b) => string.CompareOrdinal(a.Target, b.Target));
        search.ReportClashes();
        return search._problems.Count == 0 ? search._found : throw new InvalidStackException(search._problems);
    }

    private void Add(string service, TemplateSet set, TemplateEngine engine)
    {
        var to = set.To.Replace("${service}", service, StringComparison.Ordinal).TrimEnd('/');
        var from = set.From.Replace("${service}", service, StringComparison.Ordinal);
        var glob = TemplateGlob.Parse(from);
        var fixedPart = glob.IsFile ? from : glob.Base;
        if (!(to + "/").StartsWith(RunFolder, StringComparison.Ordinal) || to.Contains('$') || SafePath.Refusal(to) is not null)
        {
            var reason = to.Contains('$') ? "only ${service} is replaced in it" : SafePath.Refusal(to)
                ?? $"templates must be rendered below {RunFolder}";
            Report(null, $"templates: to: '{set.To}': {reason}.");
        }
        else if (from.Contains('$') || from.StartsWith('/') || SafePath.Refusal(fixedPart) is not null)
        {
            var reason = from.Contains('$') ? "only ${service} is replaced in it" : SafePath.Refusal(fixedPart)
                ?? "expected a path relative to the project root";
            Report(null, $"templates: from: '{set.From}': {reason}.");
        }
        else if (SafePath.FirstLink(Root, glob.Base) is { } link)
        {
            Report(link, "is a symbolic link, but templates must be in real folders of the project.");
        }
        else
        {
            var target = to.Length < RunFolder.Length ? "" : to[RunFolder.Length..];
            var before = _found.Count;
            Walk(new(service, target, glob, engine), [], glob.Base);
            if (glob.IsFile && _found.Count == before && _problems.Count == 0)
            {
                Report(from, "does not exist, but the descriptor names it as a template.");
            }
        }
    }

    private void Walk(Place place, string[] below, string folder)
    {
        var path = Path.Combine(Root, folder);
        if (FileKinds.Read(path) != FileKind.Directory)
        {
            return;
        }

        if (below.Length > TemplateLimits.Depth)
        {
            Report(folder, $"is more than {TemplateLimits.Depth} folders deep.");
            return;
        }

        var entries = Directory.GetFileSystemEntries(path);
        Array.Sort(entries, StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            var name = Path.GetFileName(entry);
            var source = $"{folder}/{name}";
            string[] segments = [.. below, name];
            var kind = FileKinds.Read(Path.Combine(Root, source));
            if (kind == FileKind.Directory)
            {
                if (place.Glob.GoesBelow(segments.Length))
                {
                    Walk(place, segments, source);
                }
            }
            else if (place.Glob.Matches(segments) && (place.Glob.IsFile || !EditorFiles.IsLeftover(name)))
            {
                AddFile(place, source, string.Join('/', segments), kind);
            }
        }
    }

    private void AddFile(Place place, string source, string relative, FileKind kind)
    {
        var path = Path.Combine(Root, source);
        if (kind == FileKind.Link)
        {
            path = InsideTarget(source, path);
        }
        else if (kind == FileKind.Special)
        {
            Report(source, "is a FIFO, socket or device; a template must be a file.");
            return;
        }

        if (path is null || _found.Count >= TemplateLimits.Files)
        {
            Report(source, path is null
                ? "is a symbolic link out of the project or through a linked folder: copy the file here."
                : $"exceeds the limit of {TemplateLimits.Files} templates.");
            return;
        }

        Read(place, source, relative, path);
    }

    private void Read(Place place, string source, string relative, string path)
    {
        var (target, engine) = Output(place, relative);
        target = place.Target.Length == 0 ? target : $"{place.Target}/{target}";
        if ((target.StartsWith(".staged", StringComparison.OrdinalIgnoreCase)
            ? "Harbor uses .staged itself" : SafePath.Refusal(target)) is { } refusal)
        {
            Report(source, $"can't be rendered to var/run/{target}: {refusal}.");
            return;
        }

        try
        {
            var content = BoundedFile.Read(path, TemplateLimits.FileBytes);
            if (content.Length > TemplateLimits.FileBytes)
            {
                Report(source, $"is larger than the limit of {TemplateLimits.FileBytes} bytes.");
                return;
            }

            var mode = OperatingSystem.IsWindows()
                ? UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead
                : File.GetUnixFileMode(path) & Kept;
            _found.Add(new(place.Service, source, target, engine, mode, content));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Report(source, $"can't be read: {e.Message}");
        }
    }

    private static (string Target, TemplateEngine Engine) Output(Place place, string relative)
    {
        foreach (var (suffix, engine) in Suffixes)
        {
            // A file whose name is only the suffix keeps it.
            if (relative.EndsWith(suffix, StringComparison.Ordinal) && relative.Length > suffix.Length
                && relative[^(suffix.Length + 1)] != '/')
            {
                return (relative[..^suffix.Length], engine);
            }
        }

        return (relative, place.Engine);
    }

    /// <summary>The target of a link if it is a regular file of the project, reached through real folders; else null.</summary>
    private string? InsideTarget(string source, string path)
    {
        var target = FileKinds.LinkEnd(path);
        var relative = target is null ? "" : _request.Paths.Relative(target);
        return SafePath.FirstLink(Root, source[..source.LastIndexOf('/')]) is null
            && SafePath.Refusal(relative) is null
            && SafePath.FirstLink(Root, relative) is null
            && FileKinds.Read(target!) == FileKind.Regular
            ? target
            : null;
    }

    private void ReportClashes()
    {
        var targets = new Dictionary<string, TemplateFile>(StringComparer.OrdinalIgnoreCase);
        foreach (var file in _found)
        {
            if (!targets.TryAdd(file.Target, file))
            {
                var other = targets[file.Target];
                Report(file.Source, file.Target == other.Target
                    ? $"renders to var/run/{file.Target}, but {other.Source} renders to the same file."
                    : $"renders to var/run/{file.Target}, which differs from the output of {other.Source} only in case: many file " +
                        $"systems take them " +
                        $"for one.");
            }
        }

        foreach (var file in _found)
        {
            for (var end = file.Target.IndexOf('/'); end >= 0; end = file.Target.IndexOf('/', end + 1))
            {
                if (targets.TryGetValue(file.Target[..end], out var other))
                {
                    Report(file.Source,
                        $"renders to var/run/{file.Target}, but {other.Source} renders to the file var/run/{other.Target}.");
                }
            }
        }
    }

    private void Report(string? file, string message) => _problems.Add(new(file, 0, 0, message));

    private sealed record Place(string Service, string Target, TemplateGlob Glob, TemplateEngine Engine);
}
