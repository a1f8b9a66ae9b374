using Harbor.Processes;
using Harbor.Runners;
using Harbor.State;

namespace Harbor.Tunnels;

public enum TunnelCondition
{
    /// <summary>It is connected: its address leads to the service.</summary>
    Open,

    /// <summary>It runs, but has no connection at the moment.</summary>
    Unconnected,

    /// <summary>It has ended.</summary>
    Gone,
}

/// <summary>Cloudflare's quick tunnels of a project: opened without an account, each with an address that nobody knows before.</summary>
/// <param name="say">Gets a line for each tunnel that is closed.</param>
public sealed class QuickTunnels(RunScope scope, ProjectPaths paths, Action<string> say)
{
    private const int Tries = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Those that were opened and not closed, with what has become of them.</summary>
    public async Task<IReadOnlyList<(OpenTunnel Tunnel, TunnelCondition Condition)>> ListAsync(CancellationToken ct)
    {
        var found = new List<(OpenTunnel, TunnelCondition)>();
        foreach (var tunnel in OpenTunnels.Read(paths).OrderBy(tunnel => tunnel.Service, StringComparer.Ordinal))
        {
            found.Add((tunnel, await ConditionAsync(tunnel, ct)));
        }

        return found;
    }

    /// <summary>Opens a tunnel to a service. One that is open stays.</summary>
    /// <returns>With its address, at which the service answers.</returns>
    /// <exception cref="HarborException">It was not ready in time, or ended: with the reason. Nothing of it is left.</exception>
    public async Task<OpenTunnel> OpenAsync(TunnelTarget target, TimeSpan timeout, CancellationToken ct)
    {
        var usesProgram = CloudflaredProgram.IsHere(scope) && target.Published is not null
            && !new RunnerMounts(scope.Variables).IsInContainer;
        var address = (usesProgram ? target.Published : target.Internal)
            ?? throw new HarborException($"{target.Service} is on no network that a container with cloudflared could join.");
        if (Find(target) is { } earlier)
        {
            if (earlier.Target == address && earlier.Url is not null && await ConditionAsync(earlier, ct) == TunnelCondition.Open)
            {
                return earlier;
            }

            await CloseAsync(earlier, ct);
        }

        ICloudflared cloudflared = usesProgram ? new CloudflaredProgram(scope, paths) : new CloudflaredContainer(scope, target.Network);
        for (var attempt = 1; ; attempt++)
        {
            var tunnel = new OpenTunnel(
                target.Project, target.Service, address, $"harbor-tunnel-{Guid.NewGuid():N}"[..26], MetricsPort: 0, !usesProgram,
                scope.Time.GetUtcNow());
            Save(tunnel);
            try
            {
                tunnel = await StartAsync(cloudflared, tunnel, timeout, ct);
                Save(tunnel);
                return tunnel;
            }
            catch (TunnelPortException) when (attempt < Tries)
            {
                await CloseQuietlyAsync(cloudflared, tunnel);
            }
            catch
            {
                await CloseQuietlyAsync(cloudflared, tunnel);
                throw;
            }
        }
    }

    /// <summary>Closes the tunnels of a project to a service; all of them, if none is named.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> StopAsync(string? service, CancellationToken ct)
    {
        var tunnels = OpenTunnels.Read(paths).Where(tunnel => service is null || tunnel.Service == service).ToList();
        foreach (var tunnel in tunnels)
        {
            await CloseAsync(tunnel, ct);
            say($"closed the tunnel to {tunnel.Service}{(tunnel.Url is null ? "" : $" ({tunnel.Url})")}");
        }

        return tunnels.Count;
    }

    private async Task<OpenTunnel> StartAsync(ICloudflared cloudflared, OpenTunnel tunnel, TimeSpan timeout, CancellationToken ct)
    {
        using var activity = scope.Activities.Begin($"tunnel to {tunnel.Service}", "connecting");
        try
        {
            tunnel = await cloudflared.StartAsync(tunnel, ct);
        }
        catch (CommandFailedException e)
        {
            throw TunnelFailure.Ended(tunnel.Service, e.ErrorTail.Length > 0 ? e.ErrorTail : e.Message, e);
        }

        Save(tunnel);
        var started = scope.Time.GetTimestamp();
        while (!await TunnelMetrics.IsReadyAsync(tunnel.MetricsPort, ct))
        {
            if (!await cloudflared.IsAliveAsync(tunnel, ct))
            {
                throw TunnelFailure.Ended(tunnel.Service, await cloudflared.LogAsync(tunnel, ct), inner: null);
            }

            if (scope.Time.GetElapsedTime(started) >= timeout)
            {
                throw TunnelFailure.NotReady(tunnel.Service, timeout, await cloudflared.LogAsync(tunnel, ct));
            }

            await Task.Delay(Pause, scope.Time, ct);
        }

        return tunnel with
        {
            Url = await TunnelMetrics.UrlAsync(tunnel.MetricsPort, ct) ?? TunnelFailure.UrlIn(await cloudflared.LogAsync(tunnel, ct))
                ?? throw new HarborException($"cloudflared is connected for {tunnel.Service}, but does not tell its address."),
        };
    }

    private async Task<TunnelCondition> ConditionAsync(OpenTunnel tunnel, CancellationToken ct) =>
        !await Of(tunnel).IsAliveAsync(tunnel, ct) ? TunnelCondition.Gone
        : await TunnelMetrics.IsReadyAsync(tunnel.MetricsPort, ct) ? TunnelCondition.Open : TunnelCondition.Unconnected;

    private async Task CloseAsync(OpenTunnel tunnel, CancellationToken ct)
    {
        await Of(tunnel).StopAsync(tunnel, ct);
        Forget(tunnel);
    }

    /// <summary>Also after a cancellation: what was started is ended. What can't be ended now stays in the list.</summary>
    private async Task CloseQuietlyAsync(ICloudflared cloudflared, OpenTunnel tunnel)
    {
        try
        {
            await cloudflared.StopAsync(tunnel, CancellationToken.None);
            Forget(tunnel);
        }
        catch (HarborException)
        {
            // Why the tunnel failed is said already.
        }
    }

    private ICloudflared Of(OpenTunnel tunnel) =>
        tunnel.InContainer ? new CloudflaredContainer(scope, network: null) : new CloudflaredProgram(scope, paths);

    private OpenTunnel? Find(TunnelTarget target) => OpenTunnels.Read(paths)
        .FirstOrDefault(tunnel => tunnel.Service == target.Service && tunnel.Project == target.Project);

    private void Save(OpenTunnel tunnel) => OpenTunnels.File(paths).Write(
        new OpenTunnels([.. OpenTunnels.Read(paths).Where(other => other.Id != tunnel.Id), tunnel]));

    private void Forget(OpenTunnel tunnel)
    {
        List<OpenTunnel> left = [.. OpenTunnels.Read(paths).Where(other => other.Id != tunnel.Id)];
        if (left.Count == 0)
        {
            OpenTunnels.File(paths).Delete();
        }
        else
        {
            OpenTunnels.File(paths).Write(new OpenTunnels(left));
        }
    }
}
