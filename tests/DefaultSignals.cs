using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Harbor;

/// <summary>
/// Under nohup, or as a background job of a shell, a program starts with SIGHUP or SIGINT ignored, and so do all programs that it starts:
/// a test that sends one of these would wait for ever. Before the runtime looks at them, they are set to their defaults.
/// </summary>
internal static partial class DefaultSignals
{
    private static readonly int[] Numbers = [1, 2, 3, 15]; // SIGHUP, SIGINT, SIGQUIT, SIGTERM.

    [ModuleInitializer]
    internal static void Restore()
    {
        if (!OperatingSystem.IsWindows())
        {
            foreach (var number in Numbers)
            {
                Signal(number, 0);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Signal(int number, nint handler);
}
