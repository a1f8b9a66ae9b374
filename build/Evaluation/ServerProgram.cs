using Harbor.Processes;

namespace Harbor.Pipeline.Evaluation;

/// <summary>Runs the program that <see cref="CompileServer"/> leaves. Its output, input and exit code are the user's.</summary>
internal static class ServerProgram
{
    public static async Task RunAsync(HarborContext context, IReadOnlyList<string> words, CancellationToken ct)
    {
        var program = Path.Combine(context.Repository, "var", "artifacts", "server", "Harbor.Server.dll");
        var command = DotNet(context, [program, .. words]) with
        {
            WorkingDirectory = context.Paths.Root,
            Environment = context.Scope.Variables, // HARBOR_API_KEY, and settings.
            Grace = TimeSpan.FromSeconds(30), // A server finishes its answers, and a command says what goes on.
        };
        context.SuccessCode = await command.TryRunOnTerminalAsync(ct);
    }

    /// <summary>The .NET SDK's command; its output is shown.</summary>
    public static Command DotNet(HarborContext context, IReadOnlyList<string> arguments)
    {
        var sdk = DotnetSdk.Find(context.Scope) ?? throw new HarborException(
            "The evaluations need the .NET SDK 10, and there is none on PATH, in DOTNET_ROOT or in ~/.dotnet. "
            + "Install it from https://dotnet.microsoft.com/download, then run this again.");
        return context.DotNet(arguments) with { FileName = Path.Combine(sdk, "dotnet") };
    }
}
