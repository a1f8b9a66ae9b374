using System.Runtime.InteropServices;
using Harbor.Processes;
using Microsoft.Win32.SafeHandles;

namespace Harbor.Files;

internal static class Disk
{
    private const int Interrupted = 4;
    private const int Invalid = 22;
    private const int ReadOnly = 30;
    private const int NotSupported = 95;

    /// <summary>Brings what was written on the disk, as <c>FileStream.Flush(true)</c> and <see cref="RandomAccess.FlushToDisk"/> do, which on Linux keep a failure to themselves.</summary>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="IOException">The disk fails, or is full. File systems that know no flush have nothing to lose, and do not.</exception>
    public static void Flush(SafeFileHandle handle, string name)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(handle);
            return;
        }

        int error;
        do
        {
            error = Libc.FSync(handle) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
        while (error == Interrupted);

        if (error is not (0 or Invalid or ReadOnly or NotSupported))
        {
            throw new IOException($"{Marshal.GetPInvokeErrorMessage(error)} : '{name}'");
        }
    }
}
