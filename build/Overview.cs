using Harbor.Frosting;

namespace Harbor.Pipeline;

[TaskName("Default")]
[TaskDescription("Prints the commands to start with.")]
[ReadOnly]
[PrintsResult]
public sealed class Overview : FrostingTask<HarborContext>
{
    public override void Run(HarborContext context) => context.Say($"""
        {context.Command} deploy --setup   install a missing engine and Compose, then deploy
        {context.Command} deploy           deploy what changed
        {context.Command} destroy          remove the deployed containers
        {context.Command} --help           all targets and options
        """);
}
