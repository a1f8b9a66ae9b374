using Harbor.Deployments;

namespace Harbor.Server.Sandboxes;

/// <summary>What a network policy and the rules of every sandbox mean on this engine.</summary>
public sealed class SandboxPlan(SandboxEngine engine)
{
    private const string Nothing = "none";

    /// <summary>The engine's network for a policy. Only <c>full</c> has one: without a relay, <c>inference</c> reaches nothing at
    /// all.</summary>
    public async Task<string> NetworkAsync(string policy, string name, IReadOnlyDictionary<string, string> labels, CancellationToken ct)
    {
        if (policy != Networks.Full)
        {
            return Nothing;
        }

        await engine.CreateNetworkAsync(name, labels, ct);
        return name;
    }

    public Task RemoveNetworkAsync(string network, CancellationToken ct) =>
        network == Nothing ? Task.CompletedTask : engine.RemoveNetworkAsync(network, ct);

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
}
