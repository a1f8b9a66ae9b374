using Harbor.Compose;
using Harbor.Frosting;
using Harbor.Pipeline.Inspect;

namespace Harbor.Pipeline.PostDeploy;

[TaskName("Summary")]
[TaskDescription("Prints state, health and address of each service.")]
[PrintsResult]
[RunsAfter(typeof(PostDeploySteps))]
public sealed class Summary : AsyncFrostingTask<HarborContext>
{
    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var host = context.Run.Engine.Endpoint.PublicHost;
        var services = (await context.ContainersAsync(ct)).Select(container => new ServiceDocument(
            container.Service,
            container.Name,
            container.State.ToString().ToLowerInvariant(),
            container.Health.ToString().ToLowerInvariant(),
            Addresses.Find([container], host))).ToList();
        var isUpToDate = context.Deployed.OrNull is { Changed: false };
        if (context.Settings.Json)
        {
            context.WriteDocument(Json.Serialize(new DeployDocument(context.Stack.Descriptor.Name, isUpToDate, services)));
            return;
        }

        if (isUpToDate)
        {
            context.Say($"up to date: {services.Count} {(services.Count == 1 ? "container runs" : "containers run")} as deployed");
            foreach (var service in services.Where(service => service.Addresses.Count > 0))
            {
                context.Say($"{service.Service}  {string.Join(", ", service.Addresses)}");
            }

            return;
        }

        context.Say($"\n{ServiceTable.Format(services, context.Palette)}");
    }
}
