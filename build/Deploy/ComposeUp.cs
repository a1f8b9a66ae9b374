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
        var planned = await PlannedStack.PlanAsync(context.Run, context.Prepared.Value, context.Snapshot.Value, ct);
        foreach (var line in planned.Differences.Select(difference => $"changed: {difference}")
            .Concat(PlanText.Lines(planned.Changes?.Plan)))
        {
            context.Log.Information("{0}", line);
        }

        if (planned.Changes is null)
        {
            context.UpToDate($"{planned.Snapshot.Containers.Count} containers run as deployed");
        }

        context.Deployed.Value = await StackDeployer.DeployAsync(
            context.Run, planned, step.Timeout ?? DefaultTimeout, progress => Show(context, progress), ct);
    }

    private static void Show(HarborContext context, ServiceProgress progress) =>
        context.Log.Information("{0,-20} {1,-12} {2,6:0.0} s", progress.Service, progress.State, progress.Elapsed.TotalSeconds);
}
