using System.Runtime.InteropServices;

namespace Harbor.Processes;

/// <summary>System calls that .NET has no method for. Not on Windows.</summary>
internal static partial class Libc
{
    public const int Terminate = 15;
    public const int KillNow = 9;

    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "prctl")]
    public static partial int Prctl(int option, nuint argument);

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    public static partial int GetLimit(int resource, out Limit limit);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    public static partial int SetLimit(int resource, in Limit limit);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "getegid")]
    public static partial uint EffectiveGroup();

    /// <summary>.NET's own method does not report failures.</summary>
    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int FSync(SafeHandle file);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    public static partial int Ioctl(int file, nuint request, out WindowSize size);

    public struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort Width;
        public ushort Height;
    }

    public struct Limit
    {
        public nuint Soft;
        public nuint Hard;
    }
}
