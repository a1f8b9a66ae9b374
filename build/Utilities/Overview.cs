using Harbor.Frosting;

namespace Harbor.Build.Utilities;

[TaskName("Default")]
[TaskDescription("Says where to begin.")]
public sealed class Overview : FrostingTask<HarborContext>
{
    public override void Run(HarborContext context) => context.Say("""
        ./build.sh --target=Deploy --setup   install what is missing, deploy, wait until it is ready
        ./build.sh --target=Deploy           deploy what changed
        ./build.sh --target=Destroy          take it down again
        ./build.sh --help                    all targets and options
        """);
}
