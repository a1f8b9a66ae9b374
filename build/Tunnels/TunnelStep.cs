using Cake.Core.Diagnostics;
using Harbor.Descriptors;
using Harbor.State;
using Harbor.Tunnels;

namespace Harbor.Pipeline.Tunnels;

/// <summary>The step <c>net.tunnel.quick</c>, and the target of the same kind.</summary>
internal static class TunnelStep
{
    public static async Task RunAsync(HarborContext context, Step step, CancellationToken ct)
    {
        var project = context.Stack.Descriptor.Name;
        var tunnel = await OpenAsync(
            context, TunnelTarget.Find(project, step.Service!, await context.ContainersAsync(ct)), step.Timeout, ct);
        context.Say($"{tunnel.Service}  {tunnel.Url}");
    }

    public static async Task<OpenTunnel> OpenAsync(HarborContext context, TunnelTarget target, TimeSpan? timeout, CancellationToken ct)
    {
        if (!context.Run.EngineIsHere && context.Run.Engine.Endpoint.PublicHost != "localhost")
        {
            throw new HarborException("A tunnel starts on the machine of the engine: run Harbor there.");
        }

        var tunnels = new QuickTunnels(context.Scope, context.Paths, line => context.Log.Information("{0}", line));
        return await tunnels.OpenAsync(target, timeout ?? StepAction.QuickTunnel.Timeout!.Value, ct);
    }
}
