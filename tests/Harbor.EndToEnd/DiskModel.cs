using System.Text.RegularExpressions;
using Harbor.Processes;

namespace Harbor.EndToEnd;

/// <summary>What is below a folder: paths with contents, null for a folder.</summary>
internal sealed class FileTree : SortedDictionary<string, byte[]?>
{
    public FileTree()
        : base(StringComparer.Ordinal)
    {
    }

    public FileTree(FileTree other)
        : base(other, StringComparer.Ordinal)
    {
    }

    public static FileTree Read(string root)
    {
        var tree = new FileTree();
        foreach (var entry in new DirectoryInfo(root).EnumerateFileSystemInfos("*", SearchOption.AllDirectories))
        {
            tree[entry.FullName[(root.Length + 1)..]] = entry is FileInfo file ? File.ReadAllBytes(file.FullName) : null;
        }

        return tree;
    }

    public void Write(string root)
    {
        foreach (var (path, content) in this)
        {
            var target = Path.Combine(root, path);
            if (content is null)
            {
                Directory.CreateDirectory(target);
            }
            else
            {
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.WriteAllBytes(target, content);
            }
        }
    }

    public string Text(string path) => TryGetValue(path, out var content) && content is not null
        ? Convert.ToHexString(content) : "(not there)";

    /// <summary>Everything in it as one text; two trees that are the same have the same.</summary>
    public override string ToString() =>
        string.Join('\n', this.Select(entry => $"{entry.Key} {(entry.Value is { } content ? Convert.ToHexString(content) : "folder")}"));
}

/// <summary>One call of a run that changed its files, or said that changes have to be on the disk.</summary>
/// <param name="Call"><c>write</c>, <c>create</c>, <c>rename</c>, <c>remove</c>, <c>folder</c>, <c>flush</c>, or <c>start</c>: of a
/// program.</param>
/// <param name="To">Of a rename; of a start, the arguments.</param>
internal sealed record DiskChange(string Call, string Path, string To, byte[] Data)
{
    public void Apply(FileTree tree)
    {
        switch (Call)
        {
            case "create":
                tree[Path] = [];
                break;
            case "folder":
                tree[Path] = null;
                break;
            case "write" when tree.TryGetValue(Path, out var old) && old is not null:
                tree[Path] = [.. old, .. Data];
                break;
            case "remove":
                foreach (var gone in Below(tree)) // A folder that is gone for certain is gone with what was in it.
                {
                    tree.Remove(gone);
                }

                break;
            case "rename":
                foreach (var moved in Below(tree))
                {
                    tree[To + moved[Path.Length..]] = tree[moved];
                    tree.Remove(moved);
                }

                break;
        }
    }

    /// <summary>
    /// Whether this change is on the disk for certain after that flush: data with its file, names with their folder. What is flushed has
    /// its own name on the disk too, and those of the folders above, if they were made new: ext4, XFS and btrfs do so.
    /// </summary>
    public bool IsKeptBy(DiskChange flush) => flush.Call == "flush" && Call switch
    {
        "write" => flush.Path == Path,
        "create" or "folder" => flush.Path == Parent(Path) || flush.Path == Path
        || flush.Path.StartsWith(Path + "/", StringComparison.Ordinal),
        "rename" => flush.Path == Parent(To),
        "remove" => flush.Path == Parent(Path),
        _ => true,
    };

    private List<string> Below(FileTree tree) =>
        [.. tree.Keys.Where(path => path == Path || path.StartsWith(Path + "/", StringComparison.Ordinal))];

    private static string Parent(string path) => path.LastIndexOf('/') is > 0 and var end ? path[..end] : "";
}

/// <summary>A run's changes to the files below a folder, and what a cut of the power may leave of them.</summary>
/// <param name="before">What was there.</param>
internal sealed partial class DiskModel(FileTree before, IReadOnlyList<DiskChange> changes)
{
    public IReadOnlyList<DiskChange> Changes => changes;

    /// <summary>Runs the host to its end under strace.</summary>
    public static async Task<DiskModel> RecordAsync(Command host, string root)
    {
        Strace.SkipUnlessThere();
        var (before, file) = (FileTree.Read(root), Path.GetTempFileName());
        await (host with
        {
            FileName = "strace",
            Arguments = ["-f", "--seccomp-bpf", "-y", "-xx", "-s", "1000000", "-qqq", "-e", "signal=none",
            "-e", "trace=openat,pwrite64,fsync,rename,unlink,mkdir,rmdir,execve", "-o", file, host.FileName, .. host.Arguments],
        }).RunAsync(CancellationToken.None);
        var strace = new Strace();
        var changes = File.ReadLines(file).Select(strace.Read).OfType<SystemCall>().Where(call => !call.Failed)
            .SelectMany(call => Changed(call, strace, root)).ToList();
        File.Delete(file);
        return new DiskModel(before, changes);
    }

    /// <summary>The files after the first changes, all of them on the disk.</summary>
    public FileTree After(int count) => With(changes.Take(count));

    /// <summary>
    /// What may be there after a cut behind the first changes: of those that were not flushed, the last ones are lost from each point on;
    /// or the same but for names, which file systems write before data; or any single one.
    /// </summary>
    public IEnumerable<FileTree> Cut(int count)
    {
        var loose = Enumerable.Range(0, count)
            .Where(i => changes[i].Call is not ("flush" or "start") && !changes.Take(count).Skip(i + 1).Any(changes[i].IsKeptBy)).ToList();
        foreach (var from in loose)
        {
            yield return Without(lost => lost >= from);
            yield return Without(lost => lost >= from && changes[lost].Call == "write");
            yield return Without(lost => lost == from);
        }

        FileTree Without(Func<int, bool> isLost) =>
            With(Enumerable.Range(0, count).Where(i => !(loose.Contains(i) && isLost(i))).Select(i => changes[i]));
    }

    private FileTree With(IEnumerable<DiskChange> those)
    {
        var tree = new FileTree(before);
        foreach (var change in those)
        {
            change.Apply(tree);
        }

        return tree;
    }

    private static IEnumerable<DiskChange> Changed(SystemCall call, Strace strace, string root)
    {
        var texts = Hexadecimal().Matches(call.Arguments).Select(text => text.Groups[1].Value).ToList();
        var names = texts.Select(strace.Path).ToList();
        if (call.Name == "execve")
        {
            return [new("start", names[0], string.Join(' ', names.Skip(1)), [])];
        }

        if (call.Name == "openat" && !call.Arguments.Contains("O_CREAT", StringComparison.Ordinal))
        {
            return [];
        }

        var path = names[call.Name == "openat" ? 1 : 0];
        return !path.StartsWith(root + "/", StringComparison.Ordinal) && path != root ? []
            : call.Name switch
            {
                "openat" => [new("create", Relative(path), "", [])],
                "pwrite64" => [new("write", Relative(path), "", Strace.Bytes(texts[1]))],
                "fsync" => [new("flush", Relative(path), "", [])],
                "rename" => [new("rename", Relative(path), Relative(names[1]), [])],
                "mkdir" => [new("folder", Relative(path), "", [])],
                _ => [new("remove", Relative(path), "", [])],
            };

        string Relative(string full) => full == root ? "" : full[(root.Length + 1)..];
    }

    [GeneratedRegex("[\"<]((?:\\\\x[0-9a-f]{2})*)[\">]")]
    private static partial Regex Hexadecimal();
}
