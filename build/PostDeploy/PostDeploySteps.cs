using System.Net.Sockets;
using Cake.Core.Diagnostics;
using Harbor.Build.Deploy;
using Harbor.Compose;
using Harbor.Descriptors;
using Harbor.Engines;
using Harbor.Frosting;

namespace Harbor.Build.PostDeploy;

[TaskName("PostDeploySteps")]
[TaskDescription("The descriptor's post_deploy steps.")]
[IsDependentOn(typeof(DeploySteps))]
public sealed class PostDeploySteps : FrostingTask<HarborContext>
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan HealthPause = TimeSpan.FromMilliseconds(250);

    public override IEnumerable<StepTask> Expand(HarborContext context) =>
        Steps.InOrder(Steps.Of(context, context.Stack.Descriptor.PostDeploy, (step, ct) => step.Action switch
        {
            "health" => HealthAsync(context, step, ct),
            "open" => OpenAsync(context, step, ct),
            "logs" => LogsAsync(context, step, ct),
            _ => throw new NotSupportedException(step.Action),
        }));

    /// <summary>
    /// Asks the engine once more, now that everything is up together, and connects to every published port; again and again until all is sound
    /// or the step's time is over. Where nothing was deployed, the answer that said so holds.
    /// </summary>
    private static async Task HealthAsync(HarborContext context, Step step, CancellationToken ct)
    {
        var isNew = context.Deployed is not { Changed: false };
        var started = context.Time.GetTimestamp();
        while (true)
        {
            var containers = Of(step, isNew ? await context.Engine.ContainersAsync(context.Stack.Descriptor.Name, ct) : await context.ContainersAsync(ct));
            var wrong = isNew ? await WrongAsync(context, containers, ct) : [];
            if (wrong.Count == 0)
            {
                context.Log.Verbose("{0}", $"{containers.Count} containers are sound.");
                return;
            }

            if (context.Time.GetElapsedTime(started) >= (step.Timeout ?? TimeSpan.Zero))
            {
                throw new DeploymentException(string.Join('\n', wrong));
            }

            await Task.Delay(HealthPause, context.Time, ct);
        }
    }

    private static async Task<List<string>> WrongAsync(HarborContext context, List<EngineContainer> containers, CancellationToken ct)
    {
        var wrong = containers.Where(container => !IsSound(container))
            .Select(container => $"{container.Service}: {container.State.ToString().ToLowerInvariant()}, {container.Health.ToString().ToLowerInvariant()}").ToList();
        foreach (var container in containers)
        {
            foreach (var port in container.Ports.Where(port => port.Protocol == "tcp"))
            {
                if (await RefusedAsync(port, context.Engine.Endpoint.PublicHost, ct) is { } reason)
                {
                    wrong.Add($"{container.Service}: port {port.Port} takes no connection: {reason}");
                }
            }
        }

        return wrong;
    }

    private static bool IsSound(EngineContainer container) =>
        container is { State: ContainerState.Running, Health: ContainerHealth.Healthy or ContainerHealth.None } or { State: ContainerState.Exited, ExitCode: 0 };

    private static async Task<string?> RefusedAsync(PublishedPort port, string publicHost, CancellationToken ct)
    {
        using var client = new TcpClient();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(ConnectTimeout);
        try
        {
            await client.ConnectAsync(port.HostIp is "" or "0.0.0.0" or "::" ? publicHost : port.HostIp, port.Port, limit.Token);
            return null;
        }
        catch (SocketException e)
        {
            return e.Message;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return $"no answer within {ConnectTimeout.TotalSeconds:0} s";
        }
    }

    /// <summary>Opens the browser where somebody sits in front of it and something was deployed; otherwise the address is in the summary.</summary>
    private static async Task OpenAsync(HarborContext context, Step step, CancellationToken ct)
    {
        foreach (var address in Addresses.Of(Of(step, await context.ContainersAsync(ct)), context.Engine.Endpoint.PublicHost).Where(address => address.Contains("://", StringComparison.Ordinal)))
        {
            if (context.Deployed is { Changed: true } && Browser.IsThere)
            {
                context.Log.Information("Opening {0}", address);
                await Browser.OpenAsync(address, ct);
            }
            else
            {
                context.Log.Verbose("{0}", $"To open: {address}");
            }
        }
    }

    private static async Task LogsAsync(HarborContext context, Step step, CancellationToken ct)
    {
        foreach (var container in Of(step, await context.ContainersAsync(ct)))
        {
            // Masked before each line gets its prefix: a secret may go over several lines.
            var lines = await context.Engine.LogsAsync(container.Id, step.Tail, ct);
            foreach (var line in lines.Count == 0 ? [] : Program.Redaction.Apply(string.Join('\n', lines)).Split('\n'))
            {
                context.Say($"{container.Service} | {line}");
            }
        }
    }

    /// <summary>A target that is not of this run (another profile's) has no containers, and is passed over.</summary>
    private static List<EngineContainer> Of(Step step, IReadOnlyList<EngineContainer> containers) =>
        [.. containers.Where(container => step.Targets.Count == 0 || step.Targets.Contains(container.Service))];
}
