using Harbor.Files;

namespace Harbor.Templates;

/// <summary>Finds and reads the templates of a request, and refuses what is not a plain file inside the project.</summary>
public sealed class TemplateSearch
{
    private const string RunFolder = "var/run/";
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode Kept = Executable | UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly TemplateRequest _request;
    private readonly List<TemplateFile> _found = [];
    private readonly List<Problem> _problems = [];

    private TemplateSearch(TemplateRequest request) => _request = request;

    private string Root => _request.Paths.Root;

    /// <summary>In ordinal order of their targets, whatever order the file system has.</summary>
    /// <exception cref="InvalidStackException">With every path, link, kind of file, size and clash that is wrong.</exception>
    public static IReadOnlyList<TemplateFile> Find(TemplateRequest request)
    {
        var search = new TemplateSearch(request);
        foreach (var templates in request.Services)
        {
            if (templates.Service.Contains('/') || SafePath.Refusal(templates.Service) is not null)
            {
                search.Report(null, $"'{templates.Service}' can't be a service's name: it would name a file elsewhere.");
                continue;
            }

            foreach (var set in templates.Sets)
            {
                search.Add(templates.Service, set, set.Engine ?? templates.Engine);
            }
        }

        search._found.Sort((a, b) => string.CompareOrdinal(a.Target, b.Target));
        search.RefuseClashes();
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
            var reason = to.Contains('$') ? "only ${service} is replaced in it" : SafePath.Refusal(to) ?? $"templates are rendered below {RunFolder}";
            Report(null, $"templates: to: '{set.To}': {reason}.");
        }
        else if (from.Contains('$') || from.StartsWith('/') || SafePath.Refusal(fixedPart) is not null)
        {
            var reason = from.Contains('$') ? "only ${service} is replaced in it" : SafePath.Refusal(fixedPart) ?? "a path relative to the project root is expected";
            Report(null, $"templates: from: '{set.From}': {reason}.");
        }
        else if (SafePath.FirstLink(Root, glob.Base) is { } link)
        {
            Report(link, "is a symbolic link: templates are read from folders of the project itself.");
        }
        else
        {
            var target = to.Length < RunFolder.Length ? "" : to[RunFolder.Length..];
            var before = _found.Count;
            Walk(new(service, target, glob, engine), [], glob.Base);
            if (glob.IsFile && _found.Count == before && _problems.Count == 0)
            {
                Report(from, "is missing; the descriptor names it as a template.");
            }
        }
    }

    private void Walk(Place place, string[] below, string folder)
    {
        var path = Path.Combine(Root, folder);
        if (FileKinds.Of(path) != FileKind.Directory)
        {
            return;
        }

        if (below.Length > TemplateLimits.Depth)
        {
            Report(folder, $"lies more than {TemplateLimits.Depth} folders deep in templates.");
            return;
        }

        var entries = Directory.GetFileSystemEntries(path);
        Array.Sort(entries, StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            var name = Path.GetFileName(entry);
            var source = $"{folder}/{name}";
            string[] segments = [.. below, name];
            var kind = FileKinds.Of(Path.Combine(Root, source));
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
            Report(source, "is a FIFO, socket or device; a template is a file.");
            return;
        }

        if (path is null || _found.Count >= TemplateLimits.Files)
        {
            Report(source, path is null
                ? "is a symbolic link that leads to no file inside the project, or through a linked folder: copy the file here."
                : $"is one of more than {TemplateLimits.Files} templates.");
            return;
        }

        Read(place, source, relative, path);
    }

    private void Read(Place place, string source, string relative, string path)
    {
        var (target, engine) = Output(place, relative);
        target = place.Target.Length == 0 ? target : $"{place.Target}/{target}";
        if ((target.StartsWith(".staged", StringComparison.OrdinalIgnoreCase) ? "Harbor keeps .staged for itself" : SafePath.Refusal(target)) is { } refusal)
        {
            Report(source, $"can't be rendered to var/run/{target}: {refusal}.");
            return;
        }

        try
        {
            var content = BoundedFile.Read(path, TemplateLimits.FileBytes);
            if (content.Length > TemplateLimits.FileBytes)
            {
                Report(source, $"is larger than the {TemplateLimits.FileBytes} bytes a template may have.");
                return;
            }

            var mode = OperatingSystem.IsWindows() ? UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead : File.GetUnixFileMode(path) & Kept;
            _found.Add(new(place.Service, source, target, engine, mode, content));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Report(source, $"can't be read: {e.Message}");
        }
    }

    private static (string Target, TemplateEngine Engine) Output(Place place, string relative)
    {
        if (Without(".hbs") is { } handlebars)
        {
            return (handlebars, TemplateEngine.Handlebars);
        }

        return Without(".envsubst") is { } envsubst ? (envsubst, TemplateEngine.Envsubst) : (relative, place.Engine);

        // A file with no other name than the suffix keeps it.
        string? Without(string suffix) =>
            relative.EndsWith(suffix, StringComparison.Ordinal) && relative.Length > suffix.Length && relative[^(suffix.Length + 1)] != '/' ? relative[..^suffix.Length] : null;
    }

    /// <summary>Where a link ends, if that is a plain file of the project reached through real folders.</summary>
    private string? InsideTarget(string source, string path)
    {
        var target = FileKinds.LinkEnd(path);
        var relative = target is null ? "" : _request.Paths.Relative(target);
        return SafePath.FirstLink(Root, source[..source.LastIndexOf('/')]) is null
            && SafePath.Refusal(relative) is null
            && SafePath.FirstLink(Root, relative) is null
            && FileKinds.Of(target!) == FileKind.Regular
            ? target
            : null;
    }

    private void RefuseClashes()
    {
        var targets = new Dictionary<string, TemplateFile>(StringComparer.OrdinalIgnoreCase);
        foreach (var file in _found)
        {
            if (!targets.TryAdd(file.Target, file))
            {
                var other = targets[file.Target];
                Report(file.Source, file.Target == other.Target
                    ? $"gives var/run/{file.Target}, and so does {other.Source}."
                    : $"gives var/run/{file.Target}, which differs from that of {other.Source} in case only: many file systems take them for one.");
            }
        }

        foreach (var file in _found)
        {
            for (var end = file.Target.IndexOf('/'); end >= 0; end = file.Target.IndexOf('/', end + 1))
            {
                if (targets.TryGetValue(file.Target[..end], out var other))
                {
                    Report(file.Source, $"gives var/run/{file.Target}, and {other.Source} gives the file var/run/{other.Target}.");
                }
            }
        }
    }

    private void Report(string? file, string message) => _problems.Add(new(file, 0, 0, message));

    private sealed record Place(string Service, string Target, TemplateGlob Glob, TemplateEngine Engine);
}
