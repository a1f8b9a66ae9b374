using Harbor.Frosting;
using Harbor.Pipeline.Evaluation;
using Harbor.Pipeline.Prepare;
using Harbor.Stacks;

namespace Harbor.Pipeline.Services;

[TaskName("Build")]
[TaskDescription("Builds the images of the services; the next deploy uses them.")]
[TaskGroup(Groups.EveryDay)]
[TakesWords("[SERVICE...]")]
[TaskOption("service", "Only these services; they may also be typed as words", Value = "A,B")]
[Reads("the selected compose files and the env files")]
[Leaves("images on the engine; nothing is recreated")]
[Example("build web")]
[IsDependentOn(typeof(MergeEnvironment))]
public sealed class BuildServices : AsyncFrostingTask<HarborContext>
{
    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var resolved = await ResolvedStack.ResolveAsync(context.Run, context.Merged.Value, pending: null, ct);
        var services = resolved.Choose(context.Settings.ServiceNames)
            .Where(service => service.Build is not null).Select(service => service.Name).ToList();
        if (services.Count == 0)
        {
            context.Say("No service is built.");
            return;
        }

        if (context.ServicesWithServer.Count > 0)
        {
            await ServerImage.EnsureAsync(context, ct);
        }

        await resolved.Tool.BuildAsync(resolved.Project, services, context.Say, ct);
    }
}
