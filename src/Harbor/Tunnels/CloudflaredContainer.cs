using System.Globalization;
using Harbor.Processes;
using Harbor.State;

namespace Harbor.Tunnels;

/// <summary>
/// The image, in a container on the service's network. Its labels are not Compose's, so that no deploy takes it for an orphan.
/// </summary>
/// <param name="network">Null for a tunnel that runs already.</param>
internal sealed class CloudflaredContainer(RunScope scope, string? network) : ICloudflared
{
    private const string DefaultImage = "cloudflare/cloudflared:latest";
    private const int MetricsPort = 20241;

    private string Image => scope.Variables.GetValueOrDefault("HARBOR_CLOUDFLARED_IMAGE") is { Length: > 0 } image ? image : DefaultImage;

    public async Task<OpenTunnel> StartAsync(OpenTunnel tunnel, CancellationToken ct)
    {
        string[] arguments =
        [
            "run", "--detach", "--name", tunnel.Id, "--label", $"harbor.tunnel={tunnel.Project}/{tunnel.Service}",
            "--network", network ?? "bridge", "--publish", $"127.0.0.1::{MetricsPort}", Image,
            "tunnel", "--no-autoupdate", "--url", tunnel.Target, "--metrics", $"0.0.0.0:{MetricsPort}",
        ];
        await (scope.Command("docker", arguments) with { Progress = "cloudflared" }).RunAsync(ct);
        var port = await scope.Command("docker", "port", tunnel.Id, $"{MetricsPort}/tcp").TryRunAsync(ct);
        return int.TryParse(port.Output.Trim().Split(':')[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var published)
            ? tunnel with { MetricsPort = published } : tunnel; // It has ended already; its log says why.
    }

    public async Task<bool> IsAliveAsync(OpenTunnel tunnel, CancellationToken ct) =>
        (await AskAsync(tunnel, ct, "inspect", "--format", "{{.State.Running}}"))?.Output.Trim() == "true";

    public async Task<string> LogAsync(OpenTunnel tunnel, CancellationToken ct) =>
        await AskAsync(tunnel, ct, "logs", "--tail", "50") is { } log ? log.Output + log.Error : "";

    public Task StopAsync(OpenTunnel tunnel, CancellationToken ct) => AskAsync(tunnel, ct, "rm", "--force");

    /// <returns>Null where the container is gone.</returns>
    /// <exception cref="HarborException">The engine does not say: the tunnel may be open.</exception>
    private async Task<CommandResult?> AskAsync(OpenTunnel tunnel, CancellationToken ct, params string[] words)
    {
        var result = await scope.Command("docker", [.. words, tunnel.Id]).TryRunAsync(ct);
        return result.ExitCode == 0 ? result
            : result.Error.Contains("No such", StringComparison.OrdinalIgnoreCase) ? null
            : throw new HarborException(
                $"What became of the tunnel to {tunnel.Service} is not known, so it stays in the list: {result.Error.Trim()}");
    }
}
