using System.IO.Enumeration;
using System.Security.Cryptography;
using System.Text;
using Harbor.Files;

namespace Harbor.Compose;

/// <summary>
/// What a file or folder looks like now, as one keyed hash. Contents count in a folder of up to 2,000 files and 32 MiB; in a bigger one, as for a single
/// file over 32 MiB, sizes and times stand for them; a folder of more than 100,000 entries is taken for data and not looked into.
/// Links inside a folder count by where they point and are not followed; <c>.git</c> and the project's <c>var</c> are left out.
/// </summary>
/// <param name="pending">Files that are about to be written: they count as if they were.</param>
internal sealed class PathState(byte[] key, string root, PendingFiles? pending)
{
    private const int MaxFilesRead = 2_000;
    private const long MaxBytesRead = 32 * 1024 * 1024;
    private const int MaxEntries = 100_000;
    private const string Missing = "missing";
    private static readonly HashSet<string> NoNames = [];
    private readonly string _var = Path.Combine(root, "var");

    /// <param name="ignored">Names directly in the folder that don't count.</param>
    public string Of(string path, IReadOnlySet<string> ignored)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        try
        {
            if (pending?.Of(path) is { } written)
            {
                AddContent(hash, written.Content, written.IsExecutable);
            }
            else if (Directory.Exists(path) || pending?.Under(path).Any() == true)
            {
                AddFolder(hash, path, ignored);
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
            throw new DeploymentException($"{path} could not be read, to see whether it changed: {e.Message}", e);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The folder itself, whatever is in it: see <see cref="FileKinds.FolderIdentity"/>.</summary>
    public string OfFolder(string path) => IsEmptied(path) ? Missing : FileKinds.FolderIdentity(path) ?? Missing;

    /// <summary>Where it loses its last file, the folder goes with it.</summary>
    private bool IsEmptied(string folder) =>
        pending is not null && Directory.Exists(folder) && !pending.Under(folder).Any()
        && Entries(folder, NoNames).FirstOrDefault() is not null && Entries(folder, NoNames).All(entry => pending.Removes(entry.Path));

    private void AddFolder(IncrementalHash hash, string folder, IReadOnlySet<string> ignored)
    {
        List<Entry> entries = [];
        if (Directory.Exists(folder))
        {
            folder = new DirectoryInfo(folder).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? folder;
            entries = [.. Entries(folder, ignored).Take(MaxEntries + 1)];
        }

        if (pending is not null)
        {
            entries.RemoveAll(entry => pending.Removes(entry.Path) || pending.Of(entry.Path) is not null);
            entries.AddRange(pending.Under(folder).Select(file => new Entry(file.Path, IsLink: false, file.Content.Length, 0)));
        }

        if (entries.Count > MaxEntries)
        {
            Add(hash, "too many entries");
            return;
        }

        entries.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        var read = entries.Count <= MaxFilesRead && entries.Sum(entry => entry.Length) <= MaxBytesRead;
        foreach (var entry in entries)
        {
            Add(hash, Path.GetRelativePath(folder, entry.Path));
            if (entry.IsLink)
            {
                Add(hash, "-> " + new FileInfo(entry.Path).LinkTarget);
            }
            else if (read && pending?.Of(entry.Path) is { } written)
            {
                AddContent(hash, written.Content, written.IsExecutable);
            }
            else
            {
                AddFile(hash, entry.Path, entry.Length, entry.Time, read);
            }
        }
    }

    /// <summary>What is no regular file (socket, pipe, device) has no length and is never opened.</summary>
    private static void AddFile(IncrementalHash hash, string path, long length, long time, bool read)
    {
        if (!read || length == 0)
        {
            Add(hash, length == 0 ? "empty" : $"{length} {time}");
            return;
        }

        AddContent(hash, File.ReadAllBytes(path), !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & UnixFileMode.UserExecute) != 0);
    }

    private static void AddContent(IncrementalHash hash, byte[] content, bool isExecutable)
    {
        Add(hash, content.Length == 0 ? "empty" : isExecutable ? $"{content.Length} x" : $"{content.Length}");
        hash.AppendData(content);
    }

    private static void Add(IncrementalHash hash, string text)
    {
        hash.AppendData(Encoding.UTF8.GetBytes(text));
        hash.AppendData([0]);
    }

    private FileSystemEnumerable<Entry> Entries(string folder, IReadOnlySet<string> ignored) =>
        new(folder, ToEntry, new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = false })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => (!entry.IsDirectory || IsLink(entry)) && !IsIgnored(ref entry, folder, ignored),
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !IsLink(entry) && !IsIgnored(ref entry, folder, ignored),
        };

    private bool IsIgnored(ref FileSystemEntry entry, string folder, IReadOnlySet<string> ignored) =>
        entry.FileName is ".git"
        || (entry.IsDirectory && entry.FileName is "var" && entry.ToFullPath() == _var)
        || (ignored.Count > 0 && entry.Directory.SequenceEqual(folder) && ignored.Contains(entry.FileName.ToString()));

    private static bool IsLink(in FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) != 0;

    private static Entry ToEntry(ref FileSystemEntry entry) =>
        new(entry.ToFullPath(), IsLink(entry), IsLink(entry) ? 0 : entry.Length, entry.LastWriteTimeUtc.Ticks);

    private sealed record Entry(string Path, bool IsLink, long Length, long Time);
}
