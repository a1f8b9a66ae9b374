using Cake.Core.Diagnostics;
using Harbor.Frosting;
using Harbor.Pipeline.PostDeploy;
using Harbor.Readiness;
using Harbor.Stacks;

namespace Harbor.Pipeline.Services;

[TaskName("Open")]
[TaskDescription("Opens a service in the browser, as soon as it is healthy.")]
[TaskGroup(Groups.EveryDay)]
[ReadOnly]
[PrintsResult]
[TakesWords("[SERVICE...]")]
[ServiceOptions]
[TaskOption("timeout", "How long it may take to become healthy (default: 5m)", Value = "TIME")]
[Leaves("nothing; without a browser it prints the address")]
[Example("open web")]
public sealed class OpenServices : AsyncFrostingTask<HarborContext>
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(5);

    public override async Task RunAsync(HarborContext context, CancellationToken ct) =>
        await OpenAsync(context, await context.RunningAsync(ct), context.Settings.ServiceNames, ct);

    internal static async Task OpenAsync(
        HarborContext context, RunningStack stack, IReadOnlyList<string> services, CancellationToken ct)
    {
        var containers = ServiceAddresses.Choose(context, stack, services);
        var ids = containers.Select(container => container.Id).ToHashSet();
        if (services.Count > 0)
        {
            await new HealthCheck(context.Run.Engine.Endpoint.PublicHost, context.Scope).WaitAsync(
                async token => [.. (await context.Run.Engine.ContainersAsync(stack.Project, oneOffs: false, token))
                    .Where(container => ids.Contains(container.Id))],
                context.Settings.Timeout ?? DefaultTimeout, ct);
        }

        var pages = ServiceAddresses.Find(context, containers, lan: false)
            .Where(address => address.Contains("://", StringComparison.Ordinal)).ToList();
        if (pages.Count == 0)
        {
            throw new HarborException("There is no page to open: no port is published that a browser would speak to.");
        }

        foreach (var page in pages)
        {
            if (Browser.CanOpen(context.Scope))
            {
                context.Say($"Opening {page}");
                await Browser.OpenAsync(context.Scope, page, ct);
            }
            else
            {
                context.Say(page);
                context.Log.Warning("{0}", "This machine has no browser to open it in.");
            }
        }
    }
}
