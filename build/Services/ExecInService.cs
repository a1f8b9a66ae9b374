using Harbor.Engines;
using Harbor.Frosting;
using Harbor.Pipeline.Source;

namespace Harbor.Pipeline.Services;

[TaskName("Exec")]
[TaskDescription("Runs a command in a service's running container.")]
[TaskGroup(Groups.EveryDay)]
[ReadOnly]
[PrintsResult]
[TakesWords("SERVICE COMMAND...", CommandAfter = 1)]
[TaskOption("project-name", "Name of the Compose project, instead of the deployed one", Value = "NAME")]
[Leaves("nothing; the exit code is the command's")]
[Example("exec web sh")]
[Example("exec web -- cat /etc/hosts")]
[IsDependentOn(typeof(SelectComposeFiles))]
public sealed class ExecInService : AsyncFrostingTask<HarborContext>
{
    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        if (context.Settings.Words is not [var service, _, ..])
        {
            throw new InvalidStackException("A service and a command are needed: exec web sh.");
        }

        context.SuccessCode = await RunAsync(context, service, [.. context.Settings.Words.Skip(1)], ct);
    }

    /// <returns>The command's exit code.</returns>
    internal static async Task<int> RunAsync(
        HarborContext context, string service, IReadOnlyList<string> command, CancellationToken ct)
    {
        context.RegisterSecrets();
        var stack = await context.RunningAsync(ct);
        var container = stack.Choose([service]).FirstOrDefault(container => container.State == ContainerState.Running)
            ?? throw new HarborException(
                $"{service} is not running, so no command can be run in it. Type: {context.Command} start {service}");
        string[] terminal = ForeignProgram.HasTerminal(context) ? ["--interactive", "--tty"] : ["--interactive"];
        return await ForeignProgram.RunAsync(
            context, context.Scope.Command("docker", ["exec", .. terminal, container.Id, .. command]), ct);
    }
}
