using Harbor.Descriptors;
using Harbor.State;

namespace Harbor.Stacks;

/// <summary>The addresses of tunnels as variables: <c>HARBOR_TUNNEL_WEB_URL</c>.</summary>
internal static class TunnelVariables
{
    /// <summary>Those of the project's tunnels; empty for a tunnel that the descriptor would open.</summary>
    public static IReadOnlyDictionary<string, string> Find(ProjectPaths paths, Descriptor descriptor)
    {
        var values = descriptor.Deploy.Steps.Concat(descriptor.PostDeploy.Steps)
            .Where(step => step.Action == StepAction.QuickTunnel.Name && step.Service is not null)
            .Select(step => OpenTunnel.VariableOf(step.Service!)).Distinct().ToDictionary(name => name, _ => "");
        foreach (var tunnel in OpenTunnels.Read(paths).Where(tunnel => tunnel.Url is not null))
        {
            values[tunnel.Variable] = tunnel.Url!;
        }

        return values;
    }
}
