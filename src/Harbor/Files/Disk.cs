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

    /// <summary>
    /// Waits until the written bytes are on the disk. <c>FileStream.Flush(true)</c> and <see cref="RandomAccess.FlushToDisk"/> do the same,
    /// but ignore a failure on Linux.
    /// </summary>
    /// <param name="name">For messages.</param>
    /// <exception cref="IOException">The disk fails or is full. File systems that cannot flush are no error.</exception>
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
