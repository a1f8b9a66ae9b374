using Cake.Core.Diagnostics;
using Harbor.Compose;
using Harbor.Descriptors;
using Harbor.Engines;
using Harbor.Frosting;
using Harbor.Pipeline.Deploy;
using Harbor.Pipeline.Prepare;
using Harbor.Pipeline.Tunnels;
using Harbor.Readiness;
using Harbor.Stacks;

namespace Harbor.Pipeline.PostDeploy;

[TaskName("PostDeploySteps")]
[TaskDescription("Runs the descriptor's post_deploy steps.")]
[IsDependentOn(typeof(MergeEnvironment))]
[RunsAfter(typeof(DeploySteps))]
public sealed class PostDeploySteps : FrostingTask<HarborContext>
{
    public override IEnumerable<StepTask> Expand(HarborContext context) =>
        StepTasks.InOrder(StepTasks.Expand(context, context.Stack.Descriptor.PostDeploy, (step, ct) => step.Action switch
        {
            "health" => HealthAsync(context, step, ct),
            "open" => OpenAsync(context, step, ct),
            "logs" => LogsAsync(context, step, ct),
            "net.tunnel.quick" => TunnelStep.RunAsync(context, step, ct),
            _ => throw new NotSupportedException(step.Action),
        }));

    /// <summary>Asks the engine again after all services are up. Skipped if nothing was deployed: CheckDeployed has just asked.</summary>
    private static async Task HealthAsync(HarborContext context, Step step, CancellationToken ct)
    {
        if (context.Deployed.OrNull is { Changed: false })
        {
            return;
        }

        if ((await context.RunningAsync(ct)).Containers.Count == 0)
        {
            throw new HarborException($"Nothing is deployed as '{context.Stack.Descriptor.Name}'. Type: {context.Command} deploy");
        }

        var health = new HealthCheck(context.Run.Engine.Endpoint.PublicHost, context.Scope);
        var count = await health.WaitAsync(
            async token => Targets(step, await context.Run.Engine.ContainersAsync(context.Stack.Descriptor.Name, token)), step.Timeout
            ?? TimeSpan.Zero, ct);
        context.Log.Verbose("{0}", $"{count} containers are healthy.");
    }

    /// <summary>Opens the browser if something was deployed. Without a browser, the summary still prints the address.</summary>
    private static async Task OpenAsync(HarborContext context, Step step, CancellationToken ct)
    {
        var addresses = Addresses.Find(Targets(step, await context.ContainersAsync(ct)), context.Run.Engine.Endpoint.PublicHost);
        foreach (var address in addresses.Where(address => address.Contains("://", StringComparison.Ordinal)))
        {
            if (context.Deployed.OrNull is { Changed: true } && Browser.IsAvailable(context.Scope))
            {
                context.Log.Information("Opening {0}", address);
                await Browser.OpenAsync(context.Scope, address, ct);
            }
            else
            {
                context.Log.Verbose("{0}", $"To open: {address}");
            }
        }
    }

    private static async Task LogsAsync(HarborContext context, Step step, CancellationToken ct)
    {
        await ServiceLogs.ReadAsync(
            context.Run, context.Stack.Descriptor.Name, Targets(step, await context.ContainersAsync(ct)),
            new LogRequest(step.Tail, Since: null, Follow: false), (container, line) => context.Say($"{container.Service} | {line}"), ct);
    }

    /// <summary>A target of another profile has no containers and is skipped.</summary>
    private static IReadOnlyList<EngineContainer> Targets(Step step, IReadOnlyList<EngineContainer> containers) =>
        [.. containers.Where(container => step.Targets.Count == 0 || step.Targets.Contains(container.Service))];
}
