using Harbor.Frosting;
using Harbor.Pipeline.Source;

namespace Harbor.Pipeline.Services;

[TaskName("Shell")]
[TaskDescription("Runs a shell in a service's running container.")]
[TaskGroup(Groups.EveryDay)]
[ReadOnly]
[PrintsResult]
[TakesWords("SERVICE [SHELL]")]
[TaskOption("project-name", "Name of the Compose project, instead of the deployed one", Value = "NAME")]
[Reads("standard input; without a terminal, the shell's commands")]
[Leaves("nothing; the exit code is the shell's")]
[Example("shell web")]
[IsDependentOn(typeof(SelectComposeFiles))]
public sealed class ShellInService : AsyncFrostingTask<HarborContext>
{
    private const string Any = "if command -v bash >/dev/null 2>&1; then exec bash; else exec sh; fi";

    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var (service, command) = context.Settings.Words switch
        {
            [var only] => (only, (string[])["sh", "-c", Any]),
            [var one, var shell] => (one, [shell]),
            _ => throw new InvalidStackException("A service is needed, and perhaps the name of a shell: shell web."),
        };
        context.SuccessCode = await ExecInService.RunAsync(context, service, command, ct);
    }
}
