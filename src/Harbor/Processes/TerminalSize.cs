namespace Harbor.Processes;

/// <summary>The size of the terminal that this process prints to.</summary>
public static class TerminalSize
{
    private const int Usual = 80;
    private const int StandardError = 2;
    private const nuint GetWindowSize = 0x5413; // TIOCGWINSZ of Linux.

    /// <summary>80 if it is not known.</summary>
    public static int Columns
    {
        get
        {
            if (!OperatingSystem.IsLinux())
            {
                return Console.WindowWidth is > 0 and var width ? width : Usual;
            }

            // Console.WindowWidth would switch the terminal's keypad to another mode.
            return Libc.Ioctl(StandardError, GetWindowSize, out var size) == 0 && size.Columns > 0 ? size.Columns : Usual;
        }
    }
}
