using System.Globalization;
using System.Runtime.InteropServices;
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

internal static partial class FileKinds
{
    private const int TypeMask = 0xF000;

    /// <summary>What stands at the path itself, a link not followed.</summary>
    public static FileKind Of(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return Windows(path);
        }

        return LStat(path, out var status) != 0
            ? FileKind.Missing
            : (status.Mode & TypeMask) switch
            {
                0x8000 => FileKind.Regular,
                0x4000 => FileKind.Directory,
                0xA000 => FileKind.Link,
                _ => FileKind.Special,
            };
    }

    /// <summary>What stands at the end of the links.</summary>
    public static FileKind Follow(string path) =>
        Of(path) is var kind && kind != FileKind.Link ? kind
        : LinkEnd(path) is { } end ? Of(end)
        : FileKind.Missing;

    /// <summary>Where the links that start at the path end, or null where they go in a circle.</summary>
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

    /// <summary>Whether what stands at the path itself belongs to the user of this process, or to root.</summary>
    public static bool IsOurs(string path) =>
        OperatingSystem.IsWindows() || (LStat(path, out var status) == 0 && (status.User == 0 || status.User == Libc.EffectiveUser()));

    /// <summary>Tells a folder from one that was removed and made again at the same path: who has it mounted does not see the new one. Null where there is none.</summary>
    /// <remarks>A number may be given again once nobody has the folder mounted any more; then it does not matter.</remarks>
    public static string? FolderIdentity(string path)
    {
        var folder = Of(path) == FileKind.Link ? LinkEnd(path) : path;
        return folder is null || Of(folder) != FileKind.Directory ? null
            : OperatingSystem.IsWindows() || LStat(folder, out var status) != 0 ? ""
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

    private static FileKind Windows(string path) => !Path.Exists(path)
        ? FileKind.Missing
        : File.GetAttributes(path) switch
        {
            var attributes when attributes.HasFlag(FileAttributes.ReparsePoint) => FileKind.Link,
            var attributes when attributes.HasFlag(FileAttributes.Directory) => FileKind.Directory,
            _ => FileKind.Regular,
        };

    // .NET has no public way to ask for a file's type or number. This is the call under its own File class, the same on every Unix;
    // a change of it would fail the tests that hand over a FIFO, and those that make a folder anew.
    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_LStat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LStat(string path, out Status status);

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(4)]
        public int Mode;

        [FieldOffset(8)]
        public uint User;

        [FieldOffset(104)]
        public long Inode;
    }
}
