namespace Harbor.Planning;

/// <summary>Which services are recreated.</summary>
/// <param name="Because">By service that is recreated only because of another one: why.</param>
internal sealed record Recreates(IReadOnlySet<string> Services, IReadOnlyDictionary<string, string> Because)
{
    /// <summary>
    /// A service that shares a namespace or volumes with a recreated one is recreated too, and so is one that says
    /// <c>depends_on: {x: {restart: true}}</c>.
    /// </summary>
    public static Recreates Propagate(
        SettledStack stack, IReadOnlyDictionary<string, string> stamps,
        IReadOnlyDictionary<string, IReadOnlyList<ContainerVerdict>> verdicts)
    {
        var services = stack.Now.Model.Services.Values;
        bool IsNew(ContainerVerdict verdict) => ContainerVerdicts.IsNeverStarted(verdict, stamps);
        var created = verdicts.Where(service => service.Value.All(IsNew)).Select(service => service.Key).ToHashSet();
        var recreated = services
            .Where(service => verdicts[service.Name].Take(service.Replicas).Any(verdict => verdict.Why.Count > 0 && !IsNew(verdict)))
            .Select(service => service.Name).ToHashSet();
        var because = new Dictionary<string, string>();
        for (var again = true; again;)
        {
            again = false;
            foreach (var service in services.Where(service => !recreated.Contains(service.Name) && !created.Contains(service.Name)))
            {
                var shared = service.SharedWith.FirstOrDefault(other => recreated.Contains(other) || created.Contains(other));
                var waited = service.RestartsWith.FirstOrDefault(recreated.Contains);
                if ((shared ?? waited) is { } cause)
                {
                    because[service.Name] = shared is null
                        ? $"restarts because {cause} is recreated (depends_on: restart)"
                        : $"shares namespaces or volumes with {cause}, which is recreated";
                    again = recreated.Add(service.Name);
                }
            }
        }

        return new Recreates(recreated, because);
    }
}
