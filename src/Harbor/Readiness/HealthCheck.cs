using System.Net.Sockets;
using Harbor.Engines;
using Harbor.Processes;

namespace Harbor.Readiness;

/// <summary>Checks that containers are healthy and that their published TCP ports accept connections.</summary>
public sealed class HealthCheck(string publicHost, RunScope scope)
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Checks repeatedly until all containers pass.</summary>
    /// <param name="containers">Lists the containers.</param>
    /// <returns>How many containers there are.</returns>
    /// <exception cref="HarborException">Timeout. The message has one line for each fault.</exception>
    public async Task<int> WaitAsync(
        Func<CancellationToken, Task<IReadOnlyList<EngineContainer>>> containers, TimeSpan timeout, CancellationToken ct)
    {
        var started = scope.Time.GetTimestamp();
        using var wait = scope.Activities.Begin("health", "checking");
        while (true)
        {
            var found = await containers(ct);
            var wrong = await FindWrongAsync(found, ct);
            if (wrong.Count == 0)
            {
                return found.Count;
            }

            if (scope.Time.GetElapsedTime(started) >= timeout)
            {
                throw new HarborException(string.Join('\n', wrong));
            }

            wait.Detail = string.Join("; ", wrong);
            await Task.Delay(Pause, scope.Time, ct);
        }
    }

    private async Task<List<string>> FindWrongAsync(IReadOnlyList<EngineContainer> containers, CancellationToken ct)
    {
        var wrong = containers.Where(container => !IsHealthy(container))
            .Select(container => $"{container.Service}: {container.State.ToString().ToLowerInvariant()}, " +
                $"{container.Health.ToString().ToLowerInvariant()}").ToList();
        foreach (var container in containers)
        {
            foreach (var port in container.Ports.Where(port => port.Protocol == "tcp"))
            {
                if (await FindRefusalAsync(port, ct) is { } reason)
                {
                    wrong.Add($"{container.Service}: port {port.Port} accepts no connection: {reason}");
                }
            }
        }

        return wrong;
    }

    private static bool IsHealthy(EngineContainer container) =>
        container is
    {
        State: ContainerState.Running,
        Health: ContainerHealth.Healthy or ContainerHealth.None
    } or { State: ContainerState.Exited, ExitCode: 0 };

    /// <summary>Why the port accepts no connection; null where it does.</summary>
    private async Task<string?> FindRefusalAsync(PublishedPort port, CancellationToken ct)
    {
        using var client = new TcpClient();
        using var timer = new CancellationTokenSource(ConnectTimeout, scope.Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct, timer.Token);
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
}
