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
    /// <summary>What a service's user has to know, in one line.</summary>
    private const string NoteLabel = "harbor.note";

    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var host = context.Run.Engine.Endpoint.PublicHost;
        var containers = await context.ContainersAsync(ct);
        var services = containers.Select(container => new ServiceDocument(
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
        }
        else
        {
            context.Say($"\n{ServiceTable.Format(services, context.Palette)}");
        }

        foreach (var note in containers.Select(container => (container.Service, Text: container.Label(NoteLabel)))
            .Where(note => !string.IsNullOrEmpty(note.Text)).Distinct())
        {
            context.Say($"{note.Service}: {note.Text}");
        }
    }
}
