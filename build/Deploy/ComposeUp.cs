using Cake.Core.Diagnostics;
using Harbor.Descriptors;
using Harbor.Pipeline.Inspect;
using Harbor.Readiness;
using Harbor.Stacks;

namespace Harbor.Pipeline.Deploy;

/// <summary>The step <c>compose.up</c>: plans, prints the plan, deploys.</summary>
internal static class ComposeUp
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(5);

    public static async Task RunAsync(HarborContext context, Step step, CancellationToken ct)
    {
        // What ran since the first look may have written a file that an image is built from, or an image.
        var snapshot = StackHooks.ForDeploy(context.Stack).Count > 0 || context.ServicesWithServer.Count > 0
            ? await CheckDeployed.ReadAsync(context, ct) : context.Snapshot.Value;
        var planned = await PlannedStack.PlanAsync(context.Run, context.Prepared.Value, snapshot, ct);
        foreach (var line in planned.Differences.Select(difference => $"changed: {difference}")
            .Concat(PlanText.Lines(planned.Changes?.Plan, context.Palette)))
        {
            context.Log.Information("{0}", line);
        }

        if (planned.Changes is null)
        {
            context.UpToDate($"{planned.Snapshot.Containers.Count} containers run as deployed");
        }

        var width = planned.Changes?.Model.Services.Keys.Max(service => service.Length) ?? 0;
        context.Deployed.Value = await StackDeployer.DeployAsync(
            context.Run, planned, step.Timeout ?? DefaultTimeout, progress => Show(context, width, progress), ct);
    }

    private static void Show(HarborContext context, int width, ServiceProgress progress) => context.Log.Information(
        "{0}  {1} {2,6:0.0} s", progress.Service.PadRight(width), context.Palette.State(progress.State.PadRight(12)),
        progress.Elapsed.TotalSeconds);
}
