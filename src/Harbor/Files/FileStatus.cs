using System.Runtime.InteropServices;

namespace Harbor.Files;

/// <summary>Type, owner and number of a file: .NET has no public way to ask for them. Not on Windows.</summary>
/// <param name="Mode">Its upper four bits are the type, the rest the permissions.</param>
internal readonly partial record struct FileStatus(int Mode, uint User, ulong Inode)
{
    private const int CurrentDirectory = -100; // AT_FDCWD
    private const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    private const uint Wanted = 0x1 | 0x2 | 0x8 | 0x100; // STATX_TYPE | STATX_MODE | STATX_UID | STATX_INO

    /// <summary>Of the path itself: a link is not followed. Null where nothing is there.</summary>
    public static FileStatus? Read(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            return Statx(CurrentDirectory, path, NoFollow, Wanted, out var linux) == 0
                ? new FileStatus(linux.Mode, linux.User, linux.Inode) : null;
        }

        return LStat(path, out var unix) == 0 ? new FileStatus(unix.Mode, unix.User, (ulong)unix.Inode) : null;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, out LinuxStatus status);

    /// <summary>
    /// For macOS, which has no statx and whose own struct differs by processor: the function under .NET's File class. It is not public, so
    /// a new runtime may change the layout (FileStatus in the runtime's pal_io.h). The tests with a FIFO and with a replaced folder would
    /// fail then.
    /// </summary>
    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_LStat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LStat(string path, out RuntimeStatus status);

    /// <summary>The kernel's <c>struct statx</c>, the same on every processor.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct LinuxStatus
    {
        [FieldOffset(20)]
        public uint User;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;
    }

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct RuntimeStatus
    {
        [FieldOffset(4)]
        public int Mode;

        [FieldOffset(8)]
        public uint User;

        [FieldOffset(104)]
        public long Inode;
    }
}
