using Harbor.Engines;

namespace Harbor.Planning;

/// <summary>Whether carrying a plan out did what the plan said.</summary>
public static class PlanOutcome
{
    /// <summary>A sentence for each difference; nothing where it did.</summary>
    /// <param name="before">The project's containers that the plan was decided from.</param>
    /// <param name="after">Those that there are now.</param>
    public static IReadOnlyList<string> Differences(
        StackPlan plan, IReadOnlyList<EngineContainer> before, IReadOnlyList<EngineContainer> after)
    {
        var differences = new List<string>();
        var left = after.ToDictionary(container => container.Id);
        var expected = plan.Changes.Where(change => change.Target.Id.Length > 0)
            .GroupBy(change => change.Target.Id).ToDictionary(same => same.Key, same => same.ToList());
        var created = plan.Changes.OfType<CreateContainer>().CountBy(change => change.Service).ToDictionary();
        foreach (var container in before)
        {
            var changes = expected.GetValueOrDefault(container.Id) ?? [];
            var isThere = left.Remove(container.Id);
            if (changes.Exists(change => change is RecreateContainer))
            {
                // An image that is built again may come out the same: then Compose leaves the container alone.
                if (!isThere)
                {
                    created[container.Service] = created.GetValueOrDefault(container.Service) + 1;
                }
                else if (plan.ToBuild.Count == 0)
                {
                    differences.Add($"{container.Service}: {container.Name} was to be recreated, and was not");
                }
            }
            else if (isThere == changes.Exists(change => change is RemoveContainer))
            {
                differences.Add(isThere
                    ? $"{container.Service}: {container.Name} was to be removed, and is still there"
                    : $"{container.Service}: {container.Name} was to stay, and was removed or recreated");
            }
        }

        foreach (var (service, count) in left.Values.CountBy(container => container.Service)
            .Concat(created.Keys.Where(service => !left.Values.Any(container => container.Service == service))
                .Select(service => KeyValuePair.Create(service, 0))))
        {
            if (created.GetValueOrDefault(service) is var planned && planned != count)
            {
                differences.Add($"{service}: {planned} containers were to be created, and {count} were");
            }
        }

        return differences;
    }
}
