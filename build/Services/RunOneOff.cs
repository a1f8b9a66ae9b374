using Harbor.Frosting;
using Harbor.Pipeline.Prepare;
using Harbor.Stacks;

namespace Harbor.Pipeline.Services;

[TaskName("Run")]
[TaskDescription("Runs a command in a new container of a service, removed afterwards.")]
[TaskGroup(Groups.EveryDay)]
[PrintsResult]
[TakesWords("SERVICE [COMMAND...]", CommandAfter = 1)]
[Reads("the selected compose files, the env files, and the rendered files in var/run as they are")]
[Leaves("nothing; the services that it depends on are not started")]
[Example("run web sh")]
[IsDependentOn(typeof(MergeEnvironment))]
public sealed class RunOneOff : AsyncFrostingTask<HarborContext>
{
    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        if (context.Settings.Words is not [var service, ..])
        {
            throw new InvalidStackException("A service is needed: run web sh.");
        }

        IReadOnlyList<string> command = [.. context.Settings.Words.Skip(1)];

        var resolved = await ResolvedStack.ResolveAsync(context.Run, context.Merged.Value, pending: null, ct);
        context.SuccessCode = await resolved.RunOneOffAsync(
            context.Run, service, command, ForeignProgram.HasTerminal(context), program => ForeignProgram.RunAsync(context, program, ct));
    }
}
