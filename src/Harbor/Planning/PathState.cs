using System.IO.Enumeration;
using System.Text;
using Harbor.Files;
using Harbor.Hashing;

namespace Harbor.Planning;

/// <summary>
/// What a file or folder looks like now, as one keyed hash. Contents count in a folder of up to 2,000 files and 32 MiB; in a bigger one, as
/// for a single file over 32 MiB, sizes and times stand for them; a folder of more than 100,000 entries is taken for data and not looked
/// into. Links inside a folder count by where they point and are not followed; <c>.git</c> and the project's <c>var</c> are left out.
/// </summary>
/// <param name="pending">Files that are about to be written: they count as if they were.</param>
internal sealed class PathState(ProjectKey key, string root, PendingFiles? pending)
{
    private const int MaxFilesRead = 2_000;
    private const long MaxBytesRead = 32 * 1024 * 1024;

    /// <summary>Files and folders; one folder with more is not looked into.</summary>
    public const int MaxEntries = 100_000;

    /// <summary>The state of a context that is not looked into: whether it changed is not known.</summary>
    public const string TooManyEntries = "too many entries";

    private const string Missing = "missing";
    private static readonly HashSet<string> NoNames = [];
    private static readonly Look Files = new(NoNames, IsContext: false);
    private readonly string _var = Path.Combine(root, "var");

    /// <summary>A file, or a folder with all that is in it.</summary>
    public string OfContent(string path) => Compute(path, Files);

    /// <summary>What a build sees of a folder: files with all bits of their modes, and folders, empty ones too.</summary>
    /// <param name="ignored">Names directly in the folder that don't count.</param>
    public string OfContext(string path, IReadOnlySet<string> ignored) => Compute(path, new Look(ignored, IsContext: true));

    private string Compute(string path, Look look)
    {
        using var hash = key.Begin();
        try
        {
            if (pending?.Find(path) is { } written)
            {
                AddContent(hash, written.Content, written.IsExecutable);
            }
            else if (Directory.Exists(path) || pending?.Under(path).Any() == true)
            {
                if (!AddFolder(hash, path, look) && look.IsContext)
                {
                    return TooManyEntries;
                }
            }
            else if (pending?.Removes(path) != true && new FileInfo(path) is { Exists: true } file)
            {
                file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
                AddFile(hash, file.FullName, file.Length, file.LastWriteTimeUtc.Ticks, read: file.Length <= MaxBytesRead);
            }
            else
            {
                return Missing;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HarborException($"{path} could not be read, to see whether it changed: {e.Message}", e);
        }

        return hash.ToHex();
    }

    /// <summary>The folder itself, whatever is in it: see <see cref="FileKinds.FolderIdentity"/>.</summary>
    public string OfFolder(string path) => IsEmptied(path) ? Missing : FileKinds.FolderIdentity(path) ?? Missing;

    /// <summary>A folder that loses its last file is removed with it.</summary>
    private bool IsEmptied(string folder) =>
        pending is not null && Directory.Exists(folder) && !pending.Under(folder).Any()
        && Entries(folder, Files).FirstOrDefault() is not null && Entries(folder, Files).All(entry => pending.Removes(entry.Path));

    /// <returns>False where it has too many entries.</returns>
    private bool AddFolder(KeyedHash hash, string folder, Look look)
    {
        List<Entry> entries = [];
        if (Directory.Exists(folder))
        {
            folder = new DirectoryInfo(folder).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? folder;
            entries = [.. Entries(folder, look).Take(MaxEntries + 1)];
        }

        if (pending is not null)
        {
            entries.RemoveAll(entry => pending.Removes(entry.Path) || pending.Find(entry.Path) is not null);
            entries.AddRange(pending.Under(folder).Select(file => new Entry(file.Path, EntryKind.File, file.Content.Length, 0)));
        }

        if (entries.Count > MaxEntries)
        {
            Add(hash, TooManyEntries);
            return false;
        }

        entries.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        var read = entries.Count(entry => entry.Kind != EntryKind.Folder) <= MaxFilesRead
            && entries.Sum(entry => entry.Length) <= MaxBytesRead;
        foreach (var entry in entries)
        {
            Add(hash, Path.GetRelativePath(folder, entry.Path));
            if (look.IsContext && entry.Kind != EntryKind.Link)
            {
                Add(hash, Mode(entry));
            }

            if (entry.Kind == EntryKind.Link)
            {
                Add(hash, "-> " + new FileInfo(entry.Path).LinkTarget);
            }
            else if (entry.Kind == EntryKind.Folder)
            {
                Add(hash, "folder");
            }
            else if (read && pending?.Find(entry.Path) is { } written)
            {
                AddContent(hash, written.Content, written.IsExecutable);
            }
            else
            {
                AddFile(hash, entry.Path, entry.Length, entry.Time, read);
            }
        }

        return true;
    }

    /// <summary>What is no regular file (socket, pipe, device) has no length and is never opened.</summary>
    private static void AddFile(KeyedHash hash, string path, long length, long time, bool read)
    {
        if (!read || length == 0)
        {
            Add(hash, length == 0 ? "empty" : $"{length} {time}");
            return;
        }

        AddContent(hash, File.ReadAllBytes(path), !OperatingSystem.IsWindows()
            && (File.GetUnixFileMode(path) & UnixFileMode.UserExecute) != 0);
    }

    /// <summary>In octal digits. Windows has none, and builds give all files the same there.</summary>
    private string Mode(Entry entry) => OperatingSystem.IsWindows() ? ""
        : Convert.ToString((int)(pending?.Find(entry.Path)?.Mode ?? File.GetUnixFileMode(entry.Path)), 8);

    private static void AddContent(KeyedHash hash, byte[] content, bool isExecutable)
    {
        Add(hash, content.Length == 0 ? "empty" : isExecutable ? $"{content.Length} x" : $"{content.Length}");
        hash.Append(content);
    }

    private static void Add(KeyedHash hash, string text)
    {
        hash.Append(Encoding.UTF8.GetBytes(text));
        hash.Append([0]);
    }

    private FileSystemEnumerable<Entry> Entries(string folder, Look look) =>
        new(folder, ToEntry, new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = false })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => (look.IsContext || !entry.IsDirectory || IsLink(entry))
                && !IsIgnored(ref entry, folder, look.Ignored),
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !IsLink(entry) && !IsIgnored(ref entry, folder, look.Ignored),
        };

    private bool IsIgnored(ref FileSystemEntry entry, string folder, IReadOnlySet<string> ignored) =>
        entry.FileName is ".git"
        || (entry.IsDirectory && entry.FileName is "var" && entry.ToFullPath() == _var)
        || (ignored.Count > 0 && entry.Directory.SequenceEqual(folder) && ignored.Contains(entry.FileName.ToString()));

    private static bool IsLink(in FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) != 0;

    private static Entry ToEntry(ref FileSystemEntry entry)
    {
        var kind = IsLink(entry) ? EntryKind.Link : entry.IsDirectory ? EntryKind.Folder : EntryKind.File;
        return new(entry.ToFullPath(), kind, kind == EntryKind.File ? entry.Length : 0, entry.LastWriteTimeUtc.Ticks);
    }

    private enum EntryKind
    {
        File,
        Folder,
        Link,
    }

    /// <param name="Ignored">Names directly in the folder that don't count.</param>
    /// <param name="IsContext">Modes and folders count.</param>
    private sealed record Look(IReadOnlySet<string> Ignored, bool IsContext);

    private sealed record Entry(string Path, EntryKind Kind, long Length, long Time);
}
