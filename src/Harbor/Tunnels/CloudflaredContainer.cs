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
        (await scope.Command("docker", "inspect", "--format", "{{.State.Running}}", tunnel.Id).TryRunAsync(ct)).Output.Trim() == "true";

    public async Task<string> LogAsync(OpenTunnel tunnel, CancellationToken ct)
    {
        var result = await scope.Command("docker", "logs", "--tail", "50", tunnel.Id).TryRunAsync(ct);
        return result.Output + result.Error;
    }

    public async Task StopAsync(OpenTunnel tunnel, CancellationToken ct) =>
        await scope.Command("docker", "rm", "--force", tunnel.Id).TryRunAsync(ct);
}
