using Harbor.Processes;

namespace Harbor.Pipeline.Services;

/// <summary>A program whose input, output and exit code are the user's.</summary>
internal static class ForeignProgram
{
    /// <summary>Then the program has it for itself, and what it prints is not masked.</summary>
    public static bool HasTerminal(HarborContext context) => !Console.IsInputRedirected && context.OutputIsTerminal;

    /// <returns>Its exit code.</returns>
    public static async Task<int> RunAsync(HarborContext context, Command command, CancellationToken ct)
    {
        if (HasTerminal(context))
        {
            return await command.TryRunOnTerminalAsync(ct);
        }

        using var silence = context.Scope.Activities.Silence();
        var result = await (command with
        {
            InheritsInput = true,
            OnOutput = context.Say,
            OnError = line => context.Console.WriteErrorLine("{0}", line),
            KeepOutput = 0,
        }).TryRunAsync(ct);
        return result.ExitCode;
    }
}
