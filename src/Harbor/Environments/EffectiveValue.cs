namespace Harbor.Environments;

/// <summary>A variable's value, where it comes from and what uses it.</summary>
/// <param name="Services">The services that see this value, in ordinal order; empty: all of them.</param>
/// <param name="IsCompose">Compose fills in its files with it.</param>
/// <param name="IsPending">A secret that is yet to be made; the value is a placeholder.</param>
public sealed record EffectiveValue(string Name, IReadOnlyList<string> Services, EnvironmentValue Value,
    bool IsCompose, bool IsPending, IReadOnlyList<VariableRead> Readers)
{
    /// <summary>
    /// One for each name, or several where services see different values or these took the place of different ones, in ordinal order.
    /// </summary>
    /// <param name="services">None: what all share.</param>
    /// <param name="compose">What Compose gets: its files read the values of that.</param>
    /// <param name="reads">Of all of the stack.</param>
    public static IReadOnlyList<EffectiveValue> Find(
        StackEnvironment environment, IReadOnlyList<string> services, IReadOnlyDictionary<string, EnvironmentValue> compose,
        IEnumerable<VariableRead> reads)
    {
        var readers = reads.Distinct().ToLookup(read => read.Name);
        var viewers = services.Count == 0 ? [""] : services; // No service has this name: it sees what all share.
        var values = viewers.Order(StringComparer.Ordinal)
            .SelectMany(service => environment.For(service).Select(variable => (Service: service, Name: variable.Key, variable.Value)));
        var machine = environment.Machine.Where(variable => compose.GetValueOrDefault(variable.Key) == variable.Value
            && readers[variable.Key].Any(read => read.Kind == ReaderKind.Compose));
        return
        [
            .. values.GroupBy(seen => (seen.Name, seen.Value))
                .Select(group => Create(group.Key.Name, [.. group.Select(seen => seen.Service)], group.First().Value))
                .Concat(machine.Select(variable => Create(variable.Key, [], variable.Value)))
                .OrderBy(value => value.Name, StringComparer.Ordinal),
        ];

        EffectiveValue Create(string name, string[] own, EnvironmentValue value) => new(
            name,
            own.Length == viewers.Count ? [] : own,
            value,
            compose.TryGetValue(name, out var given) && IsSame(given, value),
            environment.IsPending(name, value),
            [.. readers[name].Where(read => Reads(read, own, value, compose.GetValueOrDefault(name)))]);
    }

    /// <summary>Where Compose gets none, for a conflict, its files ask for each of the values.</summary>
    private static bool Reads(VariableRead read, string[] services, EnvironmentValue value, EnvironmentValue? compose) => read switch
    {
        { Kind: ReaderKind.Layer } => true,
        { Service: { } service } => services.Contains(service),
        _ => compose is null || IsSame(compose, value),
    };

    private static bool IsSame(EnvironmentValue one, EnvironmentValue other) => one.Value == other.Value && one.Origin == other.Origin;
}
