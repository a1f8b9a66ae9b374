using Harbor.Engines;

namespace Harbor.Stacks;

/// <summary>The order in which containers are stopped; the reverse is the order in which they start.</summary>
internal static class ContainerTurns
{
    private const string DependsOnLabel = "com.docker.compose.depends_on";

    /// <summary>
    /// Services on which no other one depends come first. The services of a cycle, which Compose forbids, form one group.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<EngineContainer>> ToStop(IReadOnlyList<EngineContainer> containers)
    {
        var turns = new List<IReadOnlyList<EngineContainer>>();
        var left = containers.ToList();
        while (left.Count > 0)
        {
            var needed = left.SelectMany(Dependencies).ToHashSet();
            var turn = left.Where(container => !needed.Contains(container.Service)).ToList();
            turns.Add(turn.Count > 0 ? turn : left);
            left = [.. left.Except(turns[^1])];
        }

        return turns;
    }

    /// <summary>The services that must be healthy before it starts.</summary>
    public static IEnumerable<string> NeededHealthy(EngineContainer container) =>
        Conditions(container).Where(words => words is [_, "service_healthy", ..]).Select(words => words[0]);

    private static IEnumerable<string> Dependencies(EngineContainer container) =>
        Conditions(container).Select(words => words[0]).Where(service => service != container.Service);

    /// <summary>The format of Compose's label is <c>db:service_healthy:false,cache:service_started:false</c>.</summary>
    private static IEnumerable<string[]> Conditions(EngineContainer container) =>
        (container.Label(DependsOnLabel) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(dependency => dependency.Split(':'));
}
