using Cake.Core.Diagnostics;
using Harbor.Frosting;
using Harbor.Pipeline.Services;
using Harbor.Tunnels;

namespace Harbor.Pipeline.Tunnels;

[TaskName("TunnelOpen")]
[TaskDescription("Gives a service a public address, by a quick tunnel of Cloudflare.")]
[TaskGroup(Groups.Tunnels)]
[TaskAlias("tunnel")]
[TaskAlias("t")]
[TaskAlias("tunnel open")]
[PrintsResult]
[TakesWords("SERVICE")]
[TaskOption("timeout", "How long it may take to connect (default: 30s)", Value = "TIME")]
[TaskOption("project-name", "Name of the Compose project, instead of the deployed one", Value = "NAME")]
[Reads("the program cloudflared on PATH, else the image cloudflare/cloudflared")]
[Leaves("a cloudflared that runs until tunnel stop or destroy; its address is printed")]
[Example("tunnel web")]
[IsDependentOn(typeof(TakeLock))]
public sealed class TunnelOpen : AsyncFrostingTask<HarborContext>
{
    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        if (context.Settings.Words is not [var service])
        {
            throw new InvalidStackException("A service is needed: tunnel web.");
        }

        var stack = await context.RunningAsync(ct);
        var target = TunnelTarget.Find(stack.Project, service, stack.Choose([service]));
        var tunnel = await TunnelStep.OpenAsync(context, target, context.Settings.Timeout, ct);
        if (context.OutputIsTerminal)
        {
            context.Say(ShowQr.Draw(tunnel.Url!));
        }

        context.Say(tunnel.Url!);
    }
}

[TaskName("TunnelList")]
[TaskDescription("Lists the tunnels and whether they are connected.")]
[TaskGroup(Groups.Tunnels)]
[TaskAlias("tunnel ls")]
[TaskAlias("tunnel list")]
[ReadOnly]
[PrintsResult]
[Leaves("nothing")]
[Example("tunnel ls")]
public sealed class TunnelList : AsyncFrostingTask<HarborContext>
{
    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var found = await new QuickTunnels(context.Scope, context.Paths, context.Say).ListAsync(ct);
        context.Say(found.Count == 0 ? "No tunnel is open." : Table.Format(
            ["SERVICE", "STATE", "ADDRESS", "LEADS TO"],
            found.Select(one => (string[])[
                one.Tunnel.Service, one.Condition.ToString().ToLowerInvariant(), one.Tunnel.Url ?? "-", one.Tunnel.Target])));
    }
}

[TaskName("TunnelClose")]
[TaskDescription("Closes the tunnel to a service, or all of them.")]
[TaskGroup(Groups.Tunnels)]
[TaskAlias("tunnel stop")]
[TaskAlias("tunnel down")]
[PrintsResult]
[TakesWords("[SERVICE]")]
[Leaves("no cloudflared")]
[Example("tunnel stop web")]
[IsDependentOn(typeof(TakeLock))]
public sealed class TunnelClose : AsyncFrostingTask<HarborContext>
{
    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var service = TunnelWords.Service(context);
        if (await new QuickTunnels(context.Scope, context.Paths, context.Say).StopAsync(service, ct) == 0)
        {
            context.Say("No tunnel is open.");
        }
    }
}

[TaskName("TunnelUrl")]
[TaskDescription("Prints the public address of a service.")]
[TaskGroup(Groups.Tunnels)]
[TaskAlias("tunnel url")]
[ReadOnly]
[PrintsResult]
[TakesWords("[SERVICE]")]
[TaskOption("copy", "Also copy it to the clipboard")]
[Leaves("nothing")]
[Example("tunnel url web --copy")]
public sealed class TunnelUrl : AsyncFrostingTask<HarborContext>
{
    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var service = TunnelWords.Service(context);
        var found = (await new QuickTunnels(context.Scope, context.Paths, context.Say).ListAsync(ct))
            .Where(one => service is null || one.Tunnel.Service == service).ToList();
        if (found is not [(var tunnel, var condition)] || tunnel.Url is null)
        {
            throw new HarborException(found.Count > 1 ? "Several tunnels are open: name the service."
                : $"No tunnel is open. Type: {context.Command} tunnel {service ?? "SERVICE"}");
        }

        context.Say(tunnel.Url);
        if (condition != TunnelCondition.Open)
        {
            context.Log.Warning("{0}", $"The tunnel is {condition.ToString().ToLowerInvariant()}, so the address leads nowhere now.");
        }

        if (context.Settings.Copy)
        {
            await Clipboard.CopyAsync(context.Scope, tunnel.Url, ct);
        }
    }
}

/// <summary>The words of the targets on tunnels.</summary>
internal static class TunnelWords
{
    /// <summary>Null if none is named.</summary>
    public static string? Service(HarborContext context)
    {
        var known = State.OpenTunnels.Read(context.Paths).Select(tunnel => tunnel.Service).ToList();
        return context.Settings.Words switch
        {
            [] => null,
            [var service] when known.Contains(service) => service,
            [var other] => throw new InvalidStackException($"There is no tunnel to '{other}'.{Nearest.Hint(other, known)}"),
            _ => throw new InvalidStackException("One service at a time."),
        };
    }
}
