namespace Harbor.Environments;

public sealed partial class StackEnvironment
{
    /// <summary>
    /// The one environment with which Compose fills in its files: the machine's (<see cref="MachineVariables"/>), the shared variables and
    /// those of the selected services. A name that two of them set differently is left out, as long as no compose file asks for it.
    /// </summary>
    /// <param name="composeFiles">The selected ones, relative to the root.</param>
    /// <exception cref="InvalidStackException">A compose file asks for a name that two services set differently.</exception>
    public IReadOnlyDictionary<string, EnvironmentValue> ForCompose(IEnumerable<string> services, IEnumerable<string> composeFiles)
    {
        var result = new Dictionary<string, EnvironmentValue>(Machine);
        foreach (var (name, value) in Shared)
        {
            result[name] = value;
        }

        var conflicts = new Dictionary<string, (EnvironmentValue First, EnvironmentValue Second)>();
        var owned = new Dictionary<string, EnvironmentValue>();
        foreach (var service in services.Distinct().Order(StringComparer.Ordinal))
        {
            foreach (var name in _serviceNames.GetValueOrDefault(service) ?? [])
            {
                if (!_services[service].TryGetValue(name, out var value))
                {
                    continue;
                }

                if (owned.TryGetValue(name, out var first) && first.Value != value.Value)
                {
                    conflicts.TryAdd(name, (first, value));
                }

                owned.TryAdd(name, value);
                result[name] = owned[name];
            }
        }

        ThrowIfConflicting(conflicts, composeFiles);
        foreach (var name in conflicts.Keys)
        {
            result.Remove(name);
        }

        return result;
    }

    private void ThrowIfConflicting(
        Dictionary<string, (EnvironmentValue First, EnvironmentValue Second)> conflicts, IEnumerable<string> composeFiles)
    {
        if (conflicts.Count == 0)
        {
            return;
        }

        var reads = composeFiles.Where(file => File.Exists(Path.Combine(_paths.Root, file)))
            .SelectMany(file => ComposeReads.Find(file, File.ReadAllText(Path.Combine(_paths.Root, file)))).ToLookup(read => read.Name);
        var problems = conflicts.Where(conflict => reads.Contains(conflict.Key)).OrderBy(conflict => conflict.Key, StringComparer.Ordinal)
            .Select(conflict => new Problem(conflict.Value.Second.Origin.File, conflict.Value.Second.Origin.Line, 0,
                $"{conflict.Key} has another value in {conflict.Value.First.Origin}, and " +
                $"{string.Join(", ", reads[conflict.Key].Select(read => read.ToString()).Distinct())} uses it: compose can be given one " +
                $"only. Set it in one layer for all, or give it two names."))
            .ToList();
        if (problems.Count > 0)
        {
            throw new InvalidStackException(problems);
        }
    }
}
