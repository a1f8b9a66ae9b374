using Harbor.Compose;
using Harbor.Frosting;

namespace Harbor.Build.Utilities;

[TaskName("Summary")]
[TaskDescription("Service, state, health and address of what is deployed.")]
[IsDependentOn(typeof(PostDeployStage))]
public sealed class Summary : AsyncFrostingTask<HarborContext>
{
    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var host = context.Engine.Endpoint.PublicHost;
        var services = (await context.ContainersAsync(ct)).Select(container => new ServiceDocument(
            container.Service,
            container.Name,
            container.State.ToString().ToLowerInvariant(),
            container.Health.ToString().ToLowerInvariant(),
            Addresses.Of([container], host))).ToList();
        var isUpToDate = context.Deployed is { Changed: false };
        if (context.Settings.Json)
        {
            context.WriteDocument(Json.Of(new DeployDocument(context.Stack.Descriptor.Name, isUpToDate, services)));
            return;
        }

        if (isUpToDate)
        {
            context.Say("up to date\n");
        }

        context.Say(Table.Format(
            ["SERVICE", "STATE", "HEALTH", "ADDRESS"],
            services.Select(service => (string[])[service.Service, service.State, service.Health == "none" ? "-" : service.Health, string.Join(", ", service.Addresses)])));
    }
}
