namespace Harbor.Frosting;

internal static class CriticalPath
{
    /// <summary>The chain with the longest total duration, without cleanup tasks and tasks without a body.</summary>
    public static IReadOnlyList<TaskResult> Find(RunResults results)
    {
        var best = new Dictionary<TaskNode, (TimeSpan Total, TaskNode? Before)>();
        var last = default(TaskNode);
        foreach (var task in results.Tasks.Where(task => !task.Cleanup))
        {
            var (total, before) = (TimeSpan.Zero, default(TaskNode));
            foreach (var dependency in task.Dependencies)
            {
                if (best.TryGetValue(dependency, out var chain) && (before is null || chain.Total > total))
                {
                    (total, before) = (chain.Total, dependency);
                }
            }

            best[task] = (total + results[task].Duration, before);
            if (last is null || best[task].Total > best[last].Total)
            {
                last = task;
            }
        }

        var path = new List<TaskResult>();
        for (var task = last; task is not null; task = best[task].Before)
        {
            if (results[task].Duration > TimeSpan.Zero && results[task].Outcome != TaskOutcome.Delegated)
            {
                path.Insert(0, results[task]);
            }
        }

        return path;
    }
}
