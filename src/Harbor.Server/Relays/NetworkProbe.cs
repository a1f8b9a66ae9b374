using System.Collections.Concurrent;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using Harbor.Deployments;
using Harbor.Server.Sandboxes;

namespace Harbor.Server.Relays;

/// <summary>
/// Shows by a real sandbox what a sealed network reaches: the interceptor, and neither this machine, nor names, nor anything outside.
/// Until it was shown, no rollout starts in one.
/// </summary>
internal sealed class NetworkProbe(
    SandboxEngine engine, RelayPool relays, RelayImage image, ServerIdentity identity, SandboxSettings settings) : IDisposable
{
    private const string Done = "all was tried";

    /// <summary>Set aside for documentation: nobody has it.</summary>
    private const string Outside = "203.0.113.1";

    private const int LongestText = 1000;
    private const string Refused = " 403 ";

    /// <summary>
    /// Prints a line for each thing that is not as it must be. <c>$TARGETS</c> are addresses that listen; <c>$PROXY</c> is what the proxy
    /// must answer for a host that is not allowed, empty where there must be none.
    /// </summary>
    private const string Script = $$"""
        first() { printf "$1" | socat -T 10 -t 0.2 -,ignoreeof "TCP:127.0.0.1:$2" 2> /dev/null | head -n 1; }
        case "$(first 'HEAD /api/interceptor/v1/probe/probe HTTP/1.0\r\n\r\n' 8080)" in
          *' 200 '*) ;; *) echo 'the interceptor does not answer';;
        esac
        case "$(first 'HEAD /healthz HTTP/1.0\r\n\r\n' 8080)" in
          *' 404 '*) ;; *) echo 'the server answers more than the interceptor';;
        esac
        answer=$(first 'CONNECT {{Outside}}:80 HTTP/1.1\r\n\r\n' 8081)
        case "${PROXY:-none}/$answer" in none/) ;; "$PROXY"/*"$PROXY"*) ;; *) echo "the proxy answers '$answer'";; esac
        [ "$(wc -l < /proc/net/route)" = 1 ] || echo 'there is a route'
        for target in $TARGETS; do
            if socat -u /dev/null "$target,connect-timeout=2" 2> /dev/null; then echo "$target is reached"; fi
        done
        case "$(socat -u /dev/null TCP4:{{Outside}}:80,connect-timeout=2 2>&1)" in
          *'etwork is unreachable'*) ;; *) echo 'there is a way out';;
        esac
        if getent hosts debian.org > /dev/null; then echo 'names are resolved'; fi
        echo '{{Done}}'
        """;

    private readonly ConcurrentDictionary<string, bool> _shown = new();
    private readonly SemaphoreSlim _gate = new(1);

    public void Dispose() => _gate.Dispose();

    /// <exception cref="EngineException">It is not shown.</exception>
    public async Task EnsureAsync(string policy, CancellationToken ct)
    {
        if (_shown.ContainsKey(policy))
        {
            return;
        }

        await _gate.WaitAsync(ct);
        try
        {
            if (!_shown.ContainsKey(policy))
            {
                await ShowAsync(policy, ct);
                _shown[policy] = true;
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task ShowAsync(string policy, CancellationToken ct)
    {
        var relay = await relays.TakeAsync(null, policy == Networks.Allowlist ? [] : null, ct);
        using var listener = new TcpListener(IPAddress.IPv6Any, 0);
        listener.Server.DualMode = true;
        listener.Start();
        string? container = null;
        try
        {
            container = await engine.CreateAsync(new SandboxSpec
            {
                Image = await image.EnsureAsync(ct),
                Command = Script,
                Labels = new Dictionary<string, string>(identity.ProbeLabels("network")) { [RelayPool.JoinedLabel] = relay.Name },
                Variables = new Dictionary<string, string>
                {
                    ["TARGETS"] = string.Join(' ', Targets(((IPEndPoint)listener.LocalEndpoint).Port)),
                    ["PROXY"] = policy == Networks.Allowlist ? Refused.Trim() : "",
                },
                CpuCores = 1,
                MemoryMb = 64,
                DiskMb = 64,
                Pids = 200,
                Runtime = settings.Runtime,
                OpenFiles = null,
                NetworkMode = $"container:{relay.Container}",
            }, CancellationToken.None);
            await engine.StartAsync(container, ct);
            await engine.WaitAsync(container, ct);
            var output = await OutputAsync(container, ct);
            if (output.Trim() != Done)
            {
                var found = output.Replace(Done, "", StringComparison.Ordinal).Trim().ReplaceLineEndings("; ");
                throw new EngineException(FailureKinds.SandboxStart,
                    $"network '{policy}' is not sealed on this engine: {(found.Length > LongestText ? found[..LongestText] : found)}");
            }
        }
        finally
        {
            if (container is not null)
            {
                await engine.RemoveAsync(container, CancellationToken.None);
            }

            await relays.RemoveAsync(relay, CancellationToken.None);
        }
    }

    private async Task<string> OutputAsync(string container, CancellationToken ct)
    {
        using var logs = await engine.LogsAsync(container, follow: false, ct);
        using var output = new MemoryStream();
        await logs.CopyOutputToAsync(Stream.Null, output, output, ct);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    /// <summary>The listener by every address of this machine, as socat names them.</summary>
    private static IEnumerable<string> Targets(int port)
    {
        var addresses = NetworkInterface.GetAllNetworkInterfaces().SelectMany(each => each.GetIPProperties().UnicastAddresses)
            .Select(each => each.Address).Append(IPAddress.Loopback).Distinct();
        return addresses.Select(address => address.AddressFamily == AddressFamily.InterNetworkV6
            ? $"TCP6:[{address.ToString().Split('%')[0]}]:{port}" : $"TCP4:{address}:{port}");
    }
}
