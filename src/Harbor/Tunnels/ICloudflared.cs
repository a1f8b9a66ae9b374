using Harbor.Processes;
using Harbor.State;

namespace Harbor.Tunnels;

/// <summary>Where the program <c>cloudflared</c> runs: on this machine, or in a container.</summary>
internal interface ICloudflared
{
    /// <summary>Starts it, to run on after this run.</summary>
    /// <returns>The tunnel with the port on which it can be asked.</returns>
    /// <exception cref="CommandFailedException">It did not start, or ended at once.</exception>
    Task<OpenTunnel> StartAsync(OpenTunnel tunnel, CancellationToken ct);

    /// <exception cref="HarborException">It can't be asked.</exception>
    Task<bool> IsAliveAsync(OpenTunnel tunnel, CancellationToken ct);

    /// <summary>What it has printed.</summary>
    Task<string> LogAsync(OpenTunnel tunnel, CancellationToken ct);

    /// <summary>Ends it, also one that does not heed SIGTERM. No error where it has ended.</summary>
    /// <exception cref="HarborException">It may go on.</exception>
    Task StopAsync(OpenTunnel tunnel, CancellationToken ct);
}
