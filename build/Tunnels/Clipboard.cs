using Harbor.Processes;

namespace Harbor.Pipeline.Tunnels;

/// <summary>The user's clipboard, by the first of the usual programs.</summary>
internal static class Clipboard
{
    private static readonly string[][] Programs =
        [["wl-copy"], ["xclip", "-selection", "clipboard"], ["xsel", "--input", "--clipboard"], ["pbcopy"], ["clip"]];

    /// <exception cref="HarborException">There is none.</exception>
    public static async Task CopyAsync(RunScope scope, string text, CancellationToken ct)
    {
        var program = Array.Find(Programs, words => scope.FindProgram(words[0]) is not null)
            ?? throw new HarborException("No clipboard: install wl-clipboard, xclip or xsel.");
        await (scope.Command(program[0], program[1..]) with { Input = text, Timeout = TimeSpan.FromSeconds(10) }).RunAsync(ct);
    }
}
