using Harbor.Compose;
using Harbor.Frosting;
using Harbor.Pipeline.Services;

namespace Harbor.Pipeline.Inspect;

[TaskName("Status")]
[TaskDescription("Prints the services, their state and what is not as deployed.")]
[TaskGroup(Groups.EveryDay)]
[TaskAlias("ps")]
[ReadOnly]
[Document]
[PrintsResult]
[TakesWords("[SERVICE...]")]
[ServiceOptions]
[TaskOption("exit-code", "Exit with 10 if something is not as deployed, else with 0")]
[Reads("the engine, and the state that the last deploy saved")]
[Leaves("nothing; it deploys nothing")]
[Example("status --exit-code")]
public sealed class Status : AsyncFrostingTask<HarborContext>
{
    private const int DriftCode = 10;

    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var stack = await context.RunningAsync(ct);
        var host = context.Run.Engine.Endpoint.PublicHost;
        var services = stack.Choose(context.Settings.ServiceNames).Select(container => new ServiceDocument(
            container.Service,
            container.Name,
            stack.IsCompleted(container) ? "completed" : container.State.ToString().ToLowerInvariant(),
            container.Health.ToString().ToLowerInvariant(),
            Addresses.Find([container], host))).ToList();
        if (context.Settings.Json)
        {
            context.WriteDocument(Json.Serialize(new StatusDocument(stack.Project, stack.Saved is not null, services, stack.Drift)));
        }
        else
        {
            context.Say(services.Count == 0
                ? $"Nothing is deployed as '{stack.Project}'." : ServiceTable.Format(services, context.Palette));
            if (stack.Drift.Count > 0)
            {
                context.Say($"\nNot as deployed:\n{string.Join('\n', stack.Drift.Select(drift => $"  {context.Palette.Caution(drift)}"))}");
            }
        }

        if (context.Settings.ExitCode && stack.Drift.Count > 0)
        {
            context.SuccessCode = DriftCode;
        }
    }
}
