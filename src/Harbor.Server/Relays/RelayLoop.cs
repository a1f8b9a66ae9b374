using Harbor.Deployments;
using Harbor.Server.Sandboxes;

namespace Harbor.Server.Relays;

/// <summary>Proves at start that sealed networks are sealed, and keeps a few relays ready.</summary>
internal sealed partial class RelayLoop(
    RelayPool relays, NetworkProbe probe, SandboxSettings settings, TimeProvider time, ILogger<RelayLoop> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Relays == 0)
        {
            return; // Each is made, and the first one probed, when it is needed.
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
