namespace Harbor.Server.Tests.Nodes;

/// <summary>
/// A second engine on this machine, as another node has one: in a network namespace of its own, with its own data, without any network.
/// Needs root.
/// </summary>
internal sealed class SecondEngine : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("harbor-engine-").FullName;
    private readonly string _namespace = $"harbor{Environment.ProcessId}";
    private ChildProcess? _daemon;

    public static bool IsPossible => Environment.IsPrivilegedProcess && File.Exists("/usr/sbin/dockerd");

    public string Url => $"unix://{Socket}";

    private string Socket => Path.Combine(_folder, "docker.sock");

    public static async Task<SecondEngine> StartAsync(CancellationToken ct)
    {
        var engine = new SecondEngine();
        try
        {
            await ChildProcess.RunAsync("ip", "netns", "add", engine._namespace);
            await engine.StartAgainAsync(ct);
            await ChildProcess.RunAsync("sh", "-c",
                $"docker -H unix:///var/run/docker.sock save debian:bookworm | docker -H {engine.Url} load");
            return engine;
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    /// <summary>kill -9 of the daemon alone: its containers run on.</summary>
    public async Task KillAsync(CancellationToken ct)
    {
        await _daemon!.KillAsync(ct);
        _daemon = null;
    }

    public async Task StartAgainAsync(CancellationToken ct)
    {
        File.Delete(Path.Combine(_folder, "pid")); // Of one that was killed.
        await File.WriteAllTextAsync(Path.Combine(_folder, "daemon.json"), "{}", ct);
        _daemon = new ChildProcess("nsenter", ["--net=/run/netns/" + _namespace, "dockerd", "--config-file", In("daemon.json"),
            "--data-root", In("data"), "--exec-root", In("exec"), "--pidfile", In("pid"), "-H", Url, "--bridge", "none", "--iptables=false",
            "--ip-forward=false"], "API listen on");
        await _daemon.AnnouncedAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (_daemon is not null)
        {
            await ChildProcess.RunAsync("sh", "-c", $"ids=$(docker -H {Url} ps -aq); [ -z \"$ids\" ] || docker -H {Url} rm -f $ids");
            await ChildProcess.RunAsync("kill", "-TERM", $"{_daemon.Id}");
            await _daemon.EndedAsync(CancellationToken.None);
            await _daemon.DisposeAsync();
        }

        await ChildProcess.RunAsync("ip", "netns", "del", _namespace);
        await ChildProcess.RunAsync("sh", "-c", $"grep -o '{_folder}[^ ]*' /proc/mounts | sort -r | xargs -r umount -l; rm -rf {_folder}");
    }

    private string In(string name) => Path.Combine(_folder, name);
}
