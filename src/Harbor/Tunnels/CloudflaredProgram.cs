using System.Net;
using System.Net.Sockets;
using Harbor.Processes;
using Harbor.State;

namespace Harbor.Tunnels;

/// <summary>The program on PATH. On Linux only: it is found again by a variable in its environment.</summary>
internal sealed class CloudflaredProgram(RunScope scope, ProjectPaths paths) : ICloudflared
{
    private const string Variable = "HARBOR_TUNNEL";
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    public static bool IsHere(RunScope scope) => OperatingSystem.IsLinux() && scope.FindProgram("cloudflared") is not null;

    private string Folder => Path.Combine(paths.State, "tunnels");

    public async Task<OpenTunnel> StartAsync(OpenTunnel tunnel, CancellationToken ct)
    {
        tunnel = tunnel with { MetricsPort = FreePort() };
        Directory.CreateDirectory(Folder);
        File.Delete(LogFile(tunnel));
        var variables = scope.ChildVariables();
        variables["HOME"] = Folder; // A configuration in the user's own would be read.
        variables[Variable] = tunnel.Id;
        var command = scope.Command(
            "cloudflared", "tunnel", "--no-autoupdate", "--url", tunnel.Target, "--metrics", $"127.0.0.1:{tunnel.MetricsPort}");
        await (command with { Environment = variables }).StartDetachedAsync(LogFile(tunnel), ct);
        return tunnel;
    }

    public Task<bool> IsAliveAsync(OpenTunnel tunnel, CancellationToken ct) => Task.FromResult(Find(tunnel).Count > 0);

    public async Task<string> LogAsync(OpenTunnel tunnel, CancellationToken ct) =>
        File.Exists(LogFile(tunnel)) ? await File.ReadAllTextAsync(LogFile(tunnel), ct) : "";

    public async Task StopAsync(OpenTunnel tunnel, CancellationToken ct)
    {
        await ProcessTree.EndAsync(() => Find(tunnel), Grace, scope.Time);
        File.Delete(LogFile(tunnel));
    }

    private static List<RunningProcess> Find(OpenTunnel tunnel) => ProcessTree.Find(Variable, tunnel.Id);

    private string LogFile(OpenTunnel tunnel) => Path.Combine(Folder, $"{tunnel.Id}.log");

    private static int FreePort()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)listener.LocalEndPoint!).Port;
    }
}
