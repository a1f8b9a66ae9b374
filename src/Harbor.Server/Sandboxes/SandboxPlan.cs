using Harbor.Deployments;
using Harbor.Server.Deployments;
using Harbor.Server.Relays;

namespace Harbor.Server.Sandboxes;

/// <summary>What a network policy and the rules of every sandbox mean on this engine.</summary>
internal sealed class SandboxPlan(SandboxEngine engine, RelayPool relays, NetworkProbe probe)
{
    private static readonly SandboxNetwork Nothing = new("none");

    /// <summary>Where the agent of a rollout works.</summary>
    public Task<SandboxNetwork> ConnectAsync(
        Deployment deployment, Guid rollout, string name, IReadOnlyDictionary<string, string> labels, CancellationToken ct) =>
        deployment.Network switch
        {
            Networks.Inference => JoinAsync(Networks.Inference, rollout, null, ct),
            Networks.Allowlist => JoinAsync(Networks.Allowlist, rollout, Hosts(deployment), ct),
            _ => ConnectAsync(deployment, deployment.Network, name, labels, ct),
        };

    /// <summary>Where something runs that is no rollout's agent: no model is called.</summary>
    public async Task<SandboxNetwork> ConnectAsync(
        Deployment deployment, string policy, string name, IReadOnlyDictionary<string, string> labels, CancellationToken ct)
    {
        switch (policy)
        {
            case Networks.Allowlist:
                return await JoinAsync(policy, null, Hosts(deployment), ct);
            case Networks.Full:
                await engine.CreateNetworkAsync(name, labels, ct);
                return new SandboxNetwork(name) { Bridge = name };
            default:
                return Nothing;
        }
    }

    /// <summary>After the sandbox was removed.</summary>
    public async Task DisconnectAsync(SandboxNetwork network, CancellationToken ct)
    {
        if (network.Bridge is { } bridge)
        {
            await engine.RemoveNetworkAsync(bridge, ct);
        }

        await relays.RemoveAsync(network.Relay, ct);
    }

    /// <summary>The given variables; then what makes runs alike.</summary>
    public static Dictionary<string, string> Fixed(IReadOnlyDictionary<string, string> given)
    {
        var all = new Dictionary<string, string> { ["TZ"] = "UTC", ["LANG"] = "C.UTF-8", ["PYTHONHASHSEED"] = "0" };
        foreach (var (name, value) in given)
        {
            all[name] = value;
        }

        return all;
    }

    internal static IReadOnlyList<string> Hosts(Deployment deployment) => SpecText.List(deployment.AllowedHosts);

    private async Task<SandboxNetwork> JoinAsync(string policy, Guid? rollout, IReadOnlyList<string>? hosts, CancellationToken ct)
    {
        await probe.EnsureAsync(policy, ct);
        var relay = await relays.TakeAsync(rollout, hosts, ct);
        return new SandboxNetwork($"container:{relay.Container}")
        {
            Relay = relay,
            Variables = hosts is null ? new Dictionary<string, string>() : ProxyVariables,
            Labels = new Dictionary<string, string> { [RelayPool.JoinedLabel] = relay.Name },
        };
    }

    private static Dictionary<string, string> ProxyVariables { get; } = new(
        ((string[])["HTTP_PROXY", "HTTPS_PROXY"]).SelectMany(name => (string[])[name, name.ToLowerInvariant()])
            .Select(name => KeyValuePair.Create(name, $"http://127.0.0.1:{Relay.ProxyPort}"))
            .Concat(((string[])["NO_PROXY", "no_proxy"]).Select(name => KeyValuePair.Create(name, "127.0.0.1,localhost,::1"))));
}
