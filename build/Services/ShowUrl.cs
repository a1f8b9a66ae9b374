using Harbor.Frosting;

namespace Harbor.Pipeline.Services;

[TaskName("Url")]
[TaskDescription("Prints the addresses of a service, or of all services.")]
[TaskGroup(Groups.EveryDay)]
[ReadOnly]
[PrintsResult]
[TakesWords("[SERVICE]")]
[ServiceOptions]
[TaskOption("lan", "For other machines of this network")]
[TaskOption("internal", "For other containers of the stack", Letter = 'i')]
[Leaves("nothing")]
[Example("url web --lan")]
public sealed class ShowUrl : AsyncFrostingTask<HarborContext>
{
    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var settings = context.Settings;
        if (settings is { Internal: true, Lan: true })
        {
            throw new InvalidStackException("--internal and --lan are two questions: ask one of them.");
        }

        var stack = await context.RunningAsync(ct);
        var containers = ServiceAddresses.Choose(context, stack, settings.ServiceNames);
        var found = containers.GroupBy(container => container.Service).Select(service => (
            Service: service.Key,
            Addresses: settings.Internal ? ServiceAddresses.Internal([.. service])
                : ServiceAddresses.Find(context, [.. service], settings.Lan))).Where(service => service.Addresses.Count > 0).ToList();
        if (found.Count == 0)
        {
            throw new HarborException(settings.ServiceNames is [var one]
                ? $"{one} has no address: it {(settings.Internal ? "exposes" : "publishes")} no port." : "No service has an address.");
        }

        context.Say(settings.ServiceNames.Count == 1 ? string.Join('\n', found[0].Addresses)
            : string.Join('\n', found.Select(service => $"{service.Service}  {string.Join(", ", service.Addresses)}")));
    }
}
