using Harbor.Deployments;
using Harbor.Server.Database;
using Harbor.Server.Queue;
using Harbor.Server.Sandboxes;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Relays;

/// <summary>
/// Proves at start that sealed networks are sealed, and keeps a few relays ready. Where no deployment has such a network, it begins with
/// the first rollout that needs one.
/// </summary>
internal sealed partial class RelayLoop(
    RelayPool relays, NetworkProbe probe, SandboxSettings settings, Databases databases, TimeProvider time, ILogger<RelayLoop> log)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Relays == 0)
        {
            return; // Each is made, and the first one probed, when it is needed.
        }

        var isNeeded = await Persistence.RunAsync(databases.Open, time, db => db.Deployments.AnyAsync(
            row => row.Network == Networks.Inference || row.Network == Networks.Allowlist, stoppingToken), stoppingToken);
        if (!isNeeded)
        {
            await relays.TakenAsync(stoppingToken);
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await probe.EnsureAsync(Networks.Inference, stoppingToken);
                await relays.FillAsync(stoppingToken);
                await relays.TakenAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (EngineException error)
            {
                NotReady(log, error.Message);
                await Task.WhenAny(Task.Delay(Pause, time, stoppingToken));
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await relays.CloseAsync(cancellationToken);
        }
        catch (Exception error) when (error is EngineException or OperationCanceledException)
        {
            // The next start removes them.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sandboxes with network inference or allowlist can't start yet: {Reason}")]
    private static partial void NotReady(ILogger log, string reason);
}
