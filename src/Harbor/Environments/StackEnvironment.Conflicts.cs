namespace Harbor.Environments;

/// <summary>
/// A name for which several services' own files have different values: Compose can be given only one, so it gets none.
/// </summary>
/// <param name="Values">Each service that sets it, in ordinal order.</param>
public sealed record EnvironmentConflict(string Name, IReadOnlyList<(string Service, EnvironmentValue Value)> Values);

public sealed partial class StackEnvironment
{
    /// <summary>In ordinal order of the names. A later layer that settles the value for all ends a conflict.</summary>
    public IReadOnlyList<EnvironmentConflict> Conflicts()
    {
        var setters = new SortedDictionary<string, List<(string Service, EnvironmentValue Value)>>(StringComparer.Ordinal);
        foreach (var service in _serviceNames.Keys.Order(StringComparer.Ordinal))
        {
            foreach (var name in _serviceNames[service])
            {
                if (_services[service].TryGetValue(name, out var value))
                {
                    setters.TryAdd(name, []);
                    setters[name].Add((service, value));
                }
            }
        }

        return [.. setters.Where(setter => setter.Value.DistinctBy(set => set.Value.Value).Count() > 1)
            .Select(setter => new EnvironmentConflict(setter.Key, setter.Value))];
    }
}
