using Harbor.Processes;

namespace Harbor.Build.PostDeploy;

/// <summary>The user's browser, where there is a user: a terminal on both ends, no CI, and on Linux a display.</summary>
internal static class Browser
{
    private static readonly string Opener = OperatingSystem.IsWindows() ? "explorer" : OperatingSystem.IsMacOS() ? "open" : "xdg-open";

    public static bool IsThere =>
        !Console.IsInputRedirected && !Console.IsOutputRedirected && !HarborContext.ProcessVariables.ContainsKey("CI")
        && (!OperatingSystem.IsLinux() || HarborContext.ProcessVariables.ContainsKey("DISPLAY") || HarborContext.ProcessVariables.ContainsKey("WAYLAND_DISPLAY"));

    /// <summary>A browser that does not open is no failed deployment.</summary>
    public static async Task OpenAsync(string address, CancellationToken ct)
    {
        try
        {
            _ = await new Command(Opener, address) { Timeout = TimeSpan.FromSeconds(10) }.TryRunAsync(ct);
        }
        catch (CommandFailedException)
        {
            // The address stands in the summary all the same.
        }
    }
}
