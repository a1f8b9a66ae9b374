using Cake.Core.Diagnostics;
using Harbor.Engines;
using Harbor.Frosting;
using Harbor.Pipeline.Source;

namespace Harbor.Pipeline.Inspect;

[TaskName("Ls")]
[TaskDescription("Lists the services that can be deployed, and which of them run.")]
[TaskGroup(Groups.Look)]
[TaskAlias("list")]
[ReadOnly]
[PrintsResult]
[RefusesWords("It lists all services. For one: status {0}")]
[TaskOption("active", "Only services that run", Letter = 'a')]
[Reads("the names of the compose files, the base files, the engine if it answers")]
[Leaves("nothing")]
[Example("ls --active")]
[IsDependentOn(typeof(SelectComposeFiles))]
public sealed class ListServices : AsyncFrostingTask<HarborContext>
{
    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var running = await RunningAsync(context, ct);
        var selected = context.Selected.Value.Services;
        var all = context.Stack.KnownServices.Union(running?.Select(container => container.Service) ?? [])
            .Order(StringComparer.Ordinal)
            .Where(service => !context.Settings.Active || State(running, service) == "running").ToList();
        context.Say(all.Count == 0
            ? context.Settings.Active ? "No service runs." : "There is no service."
            : Table.Format(["SERVICE", "IN PROFILE", "STATE"], all.Select(service => (string[])[
                service, selected.Contains(service) ? context.Stack.Profile.Name : "-", State(running, service)])));
    }

    private static string State(IReadOnlyList<EngineContainer>? running, string service)
    {
        var states = running?.Where(container => container.Service == service)
            .Select(container => container.State.ToString().ToLowerInvariant()).Distinct().ToList();
        return states is null ? "?" : states.Contains("running") ? "running" : states.FirstOrDefault("-");
    }

    /// <summary>Null if the engine does not answer.</summary>
    private static async Task<IReadOnlyList<EngineContainer>?> RunningAsync(HarborContext context, CancellationToken ct)
    {
        try
        {
            return await context.Run.Engine.ContainersAsync(context.Stack.Descriptor.Name, oneOffs: false, ct);
        }
        catch (HarborException e) when (!context.Settings.Active)
        {
            context.Log.Warning("{0}", $"What runs is not known: {e.Message.Split('\n')[0]}");
            return null;
        }
    }
}
