using Harbor.Compose;

namespace Harbor.Planning;

/// <summary>
/// The services in turns, for a Compose that recreates with a service everything that depends on it and is in the same <c>up</c>.
/// </summary>
/// <param name="Services">Nothing where one <c>up</c> of all does it.</param>
/// <param name="Stamps">By service; with a mark where a later turn needs a reason of its own to recreate it.</param>
internal sealed record UpRounds(IReadOnlyList<IReadOnlyList<string>> Services, IReadOnlyDictionary<string, string> Stamps)
{
    public static UpRounds Compute(
        SettledStack stack, IEnumerable<ContainerChange> changes,
        IReadOnlyDictionary<string, IReadOnlyList<ContainerVerdict>> verdicts, Recreates recreates,
        IReadOnlyDictionary<string, string> stamps)
    {
        var all = stack.Now.Model.Services.Values;
        var kept = all.Where(service => !recreates.Services.Contains(service.Name)
            && !verdicts[service.Name].All(verdict => ContainerVerdicts.IsNeverStarted(verdict, stamps))).ToList();
        var causes = kept.SelectMany(service => service.DependsOn.Keys).Where(recreates.Services.Contains).ToHashSet();
        var left = causes.Count == 0 ? []
            : changes.Where(change => change is CreateContainer or RecreateContainer or StartContainer)
                .Select(change => change.Service).ToHashSet();
        var rounds = new List<IReadOnlyList<string>>();
        var marked = new Dictionary<string, string>(stamps);
        while (left.Count > 0)
        {
            var later = WithDependents(
                all, kept.Where(service => service.DependsOn.Keys.Any(causes.Contains)).Select(service => service.Name));
            var round = left.Where(service => !later.Contains(service)).Order(StringComparer.Ordinal).ToList();
            if (round.Count == 0)
            {
                return new UpRounds([], marked); // They depend on each other: Compose says so.
            }

            rounds.Add(round);
            left.ExceptWith(round);

            // What Compose would recreate with them in the same up needs a reason of its own in a later one.
            foreach (var service in all.Where(service => left.Contains(service.Name)
                && recreates.Because.ContainsKey(service.Name) && service.RestartsWith.Any(round.Contains)))
            {
                marked[service.Name] = ContainerVerdicts.Marked(stack.Now, service.Name);
            }

            causes.ExceptWith(round);
        }

        return new UpRounds(rounds, marked);
    }

    private static HashSet<string> WithDependents(IEnumerable<ResolvedService> all, IEnumerable<string> services)
    {
        var found = services.ToHashSet();
        for (var before = 0; before < found.Count;)
        {
            before = found.Count;
            found.UnionWith([.. all.Where(service => service.DependsOn.Keys.Any(found.Contains)).Select(service => service.Name)]);
        }

        return found;
    }
}
