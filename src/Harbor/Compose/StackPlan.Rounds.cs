namespace Harbor.Compose;

public sealed partial record StackPlan
{
    private sealed partial class Decision
    {
        /// <summary>In each, of what is made anew, services that nothing in it depends on but what is made anew too.</summary>
        /// <param name="kept">Services that have containers which stay.</param>
        private List<IReadOnlyList<string>> Rounds(IReadOnlyList<ResolvedService> kept, HashSet<string> recreated)
        {
            var rounds = new List<IReadOnlyList<string>>();
            var causes = kept.SelectMany(service => service.DependsOn.Keys).Where(recreated.Contains).ToHashSet();
            MarkWhatRestartsWith(causes);
            while (causes.Count > 0)
            {
                var later = kept.Where(service => service.DependsOn.Keys.Any(causes.Contains)).Select(service => service.Name).ToHashSet();
                for (var before = 0; before < later.Count;)
                {
                    before = later.Count;
                    later.UnionWith([.. now.Model.Services.Values.Where(service => service.DependsOn.Keys.Any(later.Contains)).Select(service => service.Name)]);
                }

                var round = causes.Where(service => !later.Contains(service)).Order(StringComparer.Ordinal).ToList();
                if (round.Count == 0)
                {
                    break; // They depend on each other: Compose says so.
                }

                rounds.Add(round);
                causes.ExceptWith(round);
            }

            return rounds;
        }

        /// <summary>What Compose would make anew with them in the same <c>up</c> needs a reason of its own in a later one.</summary>
        private void MarkWhatRestartsWith(HashSet<string> causes)
        {
            foreach (var service in now.Model.Services.Values.Where(service => _dragged.ContainsKey(service.Name) && service.RestartsWith.Any(causes.Contains)))
            {
                Stamps[service.Name] = $"{now.Digests.Services[service.Name]}.{now.Nonce}";
            }
        }
    }
}
