namespace Harbor.Compose;

public sealed partial record StackPlan
{
    private sealed partial class Decision
    {
        /// <param name="kept">Services that have containers which stay.</param>
        private List<IReadOnlyList<string>> InTurns(IReadOnlyList<ResolvedService> kept, HashSet<string> recreated)
        {
            var rounds = new List<IReadOnlyList<string>>();
            var causes = kept.SelectMany(service => service.DependsOn.Keys).Where(recreated.Contains).ToHashSet();
            var left = causes.Count == 0 ? [] : Changes.Where(change => change.IsUp).Select(change => change.Service).ToHashSet();
            while (left.Count > 0)
            {
                var later = Above(kept.Where(service => service.DependsOn.Keys.Any(causes.Contains)).Select(service => service.Name));
                var round = left.Where(service => !later.Contains(service)).Order(StringComparer.Ordinal).ToList();
                if (round.Count == 0)
                {
                    return []; // They depend on each other: Compose says so.
                }

                rounds.Add(round);
                left.ExceptWith(round);
                MarkWhatRestartsWith(round, left);
                causes.ExceptWith(round);
            }

            return rounds;
        }

        /// <summary>These, and what depends on them.</summary>
        private HashSet<string> Above(IEnumerable<string> services)
        {
            var above = services.ToHashSet();
            for (var before = 0; before < above.Count;)
            {
                before = above.Count;
                above.UnionWith([.. now.Model.Services.Values.Where(service => service.DependsOn.Keys.Any(above.Contains)).Select(service => service.Name)]);
            }

            return above;
        }

        /// <summary>What Compose would make anew with them in the same <c>up</c> needs a reason of its own in a later one.</summary>
        private void MarkWhatRestartsWith(List<string> round, HashSet<string> left)
        {
            foreach (var service in now.Model.Services.Values.Where(service => left.Contains(service.Name) && _dragged.ContainsKey(service.Name) && service.RestartsWith.Any(round.Contains)))
            {
                Stamps[service.Name] = $"{now.Digests.Services[service.Name]}.{now.Nonce}";
            }
        }
    }
}
