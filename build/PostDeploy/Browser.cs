using Harbor.Processes;

namespace Harbor.Pipeline.PostDeploy;

/// <summary>
/// Opens the user's browser. It is available if input and output are a terminal, outside CI, and on Linux with a display.
/// </summary>
internal static class Browser
{
    private static readonly string Opener = OperatingSystem.IsWindows() ? "explorer" : OperatingSystem.IsMacOS() ? "open" : "xdg-open";

    public static bool IsAvailable(RunScope scope) =>
        !Console.IsInputRedirected && !Console.IsOutputRedirected && !scope.Variables.ContainsKey("CI")
        && (!OperatingSystem.IsLinux() || scope.Variables.ContainsKey("DISPLAY") || scope.Variables.ContainsKey("WAYLAND_DISPLAY"));

    /// <summary>For someone who asks for it: not on Linux without a display.</summary>
    public static bool CanOpen(RunScope scope) => scope.FindProgram(Opener) is not null
        && (!OperatingSystem.IsLinux() || scope.Variables.ContainsKey("DISPLAY") || scope.Variables.ContainsKey("WAYLAND_DISPLAY"));

    /// <summary>A browser that can't be started does not fail the Deploy.</summary>
    public static async Task OpenAsync(RunScope scope, string address, CancellationToken ct)
    {
        try
        {
            _ = await (scope.Command(Opener, address) with { Timeout = TimeSpan.FromSeconds(10) }).TryRunAsync(ct);
        }
        catch (CommandFailedException)
        {
            // The summary prints the address anyway.
        }
    }
}
