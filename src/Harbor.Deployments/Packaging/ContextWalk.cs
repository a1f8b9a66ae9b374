using System.Globalization;
using Harbor.Deployments.Wire;

namespace Harbor.Deployments;

/// <summary>Goes through a context in ordinal order and applies the rules. All errors are collected.</summary>
internal sealed class ContextWalk
{
    public const int MostEntries = 20_000;
    public const long LargestContext = 1L << 30;
    private const int LongestName = 1024;

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    private readonly string _root;
    private readonly PackagingRules _rules;
    private readonly CancellationToken _ct;

    public ContextWalk(string root, PackagingRules rules, CancellationToken ct)
    {
        _root = root;
        _rules = rules;
        _ct = ct;
        Enter(new DirectoryInfo(root), "");
        Files.Sort((left, right) => string.CompareOrdinal(left.File.Path, right.File.Path));
    }

    public List<(PackagedFile File, string FullPath)> Files { get; } = [];

    public List<ExcludedPath> Excluded { get; } = [];

    public List<FieldError> Errors { get; } = [];

    public FolderSizes Sizes { get; } = new();

    /// <summary>Adds a file that is not in the context.</summary>
    public void Add(string path, FileInfo file)
    {
        if (Files.Exists(known => known.File.Path == path))
        {
            Errors.Add(new(path, $"{path}: the context has this file, but the Dockerfile of another folder would be packed there"));
            return;
        }

        AddFile(path, file);
        Files.Sort((left, right) => string.CompareOrdinal(left.File.Path, right.File.Path));
    }

    /// <summary>Adds the errors of the limits.</summary>
    public void CheckLimits()
    {
        if (Sizes.Count > MostEntries)
        {
            Errors.Add(new("context_dir", string.Create(CultureInfo.InvariantCulture,
                $"The context has {Sizes.Count:N0} files; at most {MostEntries:N0} are allowed. ") + Sizes.Advice()));
        }

        if (Sizes.Bytes > LargestContext)
        {
            Errors.Add(new("context_dir", string.Create(CultureInfo.InvariantCulture,
                $"The context has {FolderSizes.Mib(Sizes.Bytes)} MB; at most 1024.0 MB are allowed before packing. ") + Sizes.Advice()));
        }
    }

    private void Enter(DirectoryInfo folder, string prefix)
    {
        FileSystemInfo[] entries;
        try
        {
            entries = folder.GetFileSystemInfos("*", Everything);
        }
        catch (UnauthorizedAccessException)
        {
            Errors.Add(new(prefix, $"{prefix}: the folder can't be read; exclude it, or change its mode"));
            return;
        }

        Array.Sort(entries, (left, right) => string.CompareOrdinal(left.Name, right.Name));
        foreach (var entry in entries)
        {
            _ct.ThrowIfCancellationRequested();
            var path = prefix + entry.Name;
            if (entry is DirectoryInfo inner && entry.LinkTarget is null)
            {
                if (_rules.ExcludesAllOf(path) is { } rule)
                {
                    Excluded.Add(new(path + "/", rule));
                }
                else
                {
                    Enter(inner, path + "/");
                }
            }
            else if (_rules.Decide(path) is { IsPackaged: false } decision)
            {
                Excluded.Add(new(path, decision.Rule));
            }
            else
            {
                Add(path, entry);
            }
        }
    }

    private void Add(string path, FileSystemInfo entry)
    {
        if (NameError(path, entry) is { } wrong)
        {
            Errors.Add(new(path, $"{path}: {wrong}"));
        }
        else if (entry.LinkTarget is { } target)
        {
            if (LinkTargets.StaysInside(_root, path, target))
            {
                Keep(new PackagedFile(path, 0, "0777", target), entry.FullName);
            }
            else
            {
                Errors.Add(new(path, $"{path}: the link to '{target}' leaves the context; copy what it points to, or exclude it"));
            }
        }
        else
        {
            AddFile(path, (FileInfo)entry);
        }
    }

    private void AddFile(string path, FileInfo file)
    {
        try
        {
            if (SpecialFiles.KindOf(file) is { } kind)
            {
                Errors.Add(new(path, $"{path}: {kind} can't be packed; exclude it, or remove it"));
                return;
            }

            File.OpenHandle(file.FullName).Dispose();
            var isExecutable = !OperatingSystem.IsWindows() && file.UnixFileMode.HasFlag(UnixFileMode.UserExecute);
            Keep(new PackagedFile(path, file.Length, isExecutable ? "0755" : "0644"), file.FullName);
        }
        catch (UnauthorizedAccessException)
        {
            Errors.Add(new(path, $"{path}: the file can't be read; exclude it, or change its mode"));
        }
    }

    private void Keep(PackagedFile file, string fullPath)
    {
        Sizes.Add(file.Path, file.Size);
        if (Files.Count <= MostEntries)
        {
            Files.Add((file, fullPath)); // Beyond the limit only the counts matter.
        }
    }

    private static string? NameError(string path, FileSystemInfo entry) =>
        path.Contains('\\') ? "a name with a backslash can't be packed; rename it"
        : System.Text.Encoding.UTF8.GetByteCount(path) > LongestName ? $"the path has more than {LongestName:N0} bytes"
        : path.Contains('\uFFFD') && entry.LinkTarget is null && !entry.Exists ? "the name is not UTF-8; rename it"
        : null;
}
