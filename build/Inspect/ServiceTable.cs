namespace Harbor.Pipeline.Inspect;

/// <summary>The services of a stack, as people read them.</summary>
internal static class ServiceTable
{
    public static string Format(IEnumerable<ServiceDocument> services, Palette palette) => Table.Format(
        ["SERVICE", "STATE", "HEALTH", "ADDRESS"],
        services.Select(service => (string[])[
            service.Service, service.State, service.Health == "none" ? "-" : service.Health, string.Join(", ", service.Addresses)]),
        (column, cell) => column is 1 or 2 ? palette.State(cell) : cell);
}
