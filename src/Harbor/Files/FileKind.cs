using System.Globalization;
using Harbor.Processes;

namespace Harbor.Files;

internal enum FileKind
{
    Missing,
    Regular,
    Directory,
    Link,

    /// <summary>FIFO, socket or device: opening one can hang or do things.</summary>
    Special,
}

internal static class FileKinds
{
    private const int TypeMask = 0xF000;

    /// <summary>The kind of the path itself: a link is not followed.</summary>
    public static FileKind Read(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return OnWindows(path);
        }

        return FileStatus.Read(path) is not { } status
            ? FileKind.Missing
            : (status.Mode & TypeMask) switch
            {
                0x8000 => FileKind.Regular,
                0x4000 => FileKind.Directory,
                0xA000 => FileKind.Link,
                _ => FileKind.Special,
            };
    }

    /// <summary>The kind of the file at the end of the links.</summary>
    public static FileKind Follow(string path) =>
        Read(path) is var kind && kind != FileKind.Link ? kind
        : LinkEnd(path) is { } end ? Read(end)
        : FileKind.Missing;

    /// <summary>The path at the end of the links that start here; null where they form a circle.</summary>
    public static string? LinkEnd(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Whether the path itself, not the target of a link, belongs to the user of this process or to root.</summary>
    public static bool IsOurs(string path) => OperatingSystem.IsWindows()
        || (FileStatus.Read(path) is { } status && (status.User == 0 || status.User == Libc.EffectiveUser()));

    /// <summary>
    /// Tells a folder from one that was removed and created again at the same path: a container that mounts the old one does not see the
    /// new one. Null where there is no folder.
    /// </summary>
    /// <remarks>The number may be used again once no container mounts the old folder; then it does not matter.</remarks>
    public static string? FolderIdentity(string path)
    {
        var folder = Read(path) == FileKind.Link ? LinkEnd(path) : path;
        return folder is null || Read(folder) != FileKind.Directory ? null
            : OperatingSystem.IsWindows() || FileStatus.Read(folder) is not { } status ? ""
            : status.Inode.ToString(CultureInfo.InvariantCulture);
    }

    public static string Describe(FileKind kind) => kind switch
    {
        FileKind.Missing => "missing",
        FileKind.Regular => "a file",
        FileKind.Directory => "a folder",
        FileKind.Link => "a symbolic link",
        _ => "a FIFO, socket or device",
    };

    private static FileKind OnWindows(string path) => !Path.Exists(path)
        ? FileKind.Missing
        : File.GetAttributes(path) switch
        {
            var attributes when attributes.HasFlag(FileAttributes.ReparsePoint) => FileKind.Link,
            var attributes when attributes.HasFlag(FileAttributes.Directory) => FileKind.Directory,
            _ => FileKind.Regular,
        };
}
