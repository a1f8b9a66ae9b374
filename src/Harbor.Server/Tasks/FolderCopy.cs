using System.Security.Cryptography;
using System.Text;
using Harbor.Deployments;

namespace Harbor.Server.Tasks;

/// <summary>Folders with their links and execute bits.</summary>
internal static class FolderCopy
{
    /// <summary>Over names, contents, links and execute bits; a folder that is not there is an empty one.</summary>
    public static string Digest(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, file) in Files(folder))
        {
            var isLink = file.LinkTarget is not null;
            var mode = !isLink && (file.UnixFileMode & UnixFileMode.UserExecute) != 0 ? "x" : "-";
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\0{(isLink ? "l" : mode)}\0"));
            hash.AppendData(isLink ? Encoding.UTF8.GetBytes(file.LinkTarget!) : SHA256.HashData(File.ReadAllBytes(file.FullName)));
        }

        return $"sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }

    public static void Copy(string folder, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var (name, file) in Files(folder))
        {
            var target = Path.Combine(to, name);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (file.LinkTarget is { } link)
            {
                File.CreateSymbolicLink(target, link);
            }
            else
            {
                file.CopyTo(target); // With its mode.
            }
        }
    }

    /// <summary>What is neither a file nor a link, in sentences.</summary>
    public static IEnumerable<string> Special(string folder) => Files(folder)
        .Where(pair => pair.File.LinkTarget is null && SpecialFiles.KindOf(pair.File) is not null)
        .Select(pair => $"{Path.GetFileName(folder)}/{pair.Name} is {SpecialFiles.KindOf(pair.File)}");

    private static List<(string Name, FileInfo File)> Files(string folder) =>
        [.. Inside(folder).Select(file => (Path.GetRelativePath(folder, file.FullName), file))
            .OrderBy(pair => pair.Item1, StringComparer.Ordinal)];

    /// <summary>Links are not entered.</summary>
    private static IEnumerable<FileInfo> Inside(string folder) => !Directory.Exists(folder) ? []
        : new DirectoryInfo(folder).EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = 0 })
            .SelectMany(entry => entry is DirectoryInfo && entry.LinkTarget is null
                ? Inside(entry.FullName) : [new FileInfo(entry.FullName)]);
}
