namespace Harbor.Frosting;

/// <summary>Finds cycles by a depth-first search without recursion, because a chain may have thousands of tasks.</summary>
internal sealed class CycleSearch(IEnumerable<TaskNode> nodes)
{
    private readonly HashSet<TaskNode> _seen = [];
    private readonly HashSet<TaskNode> _open = [];
    private readonly List<(TaskNode Node, int Next)> _path = [];

    /// <summary>Adds one line for each cycle, with its path <c>a -> b -> a</c>. An arrow means "depends on".</summary>
    public void Report(List<string> problems)
    {
        foreach (var node in nodes)
        {
            Enter(node);
            while (_path.Count > 0)
            {
                Step(problems);
            }
        }
    }

    private void Step(List<string> problems)
    {
        var (node, next) = _path[^1];
        if (next == node.Dependencies.Count)
        {
            _path.RemoveAt(_path.Count - 1);
            _open.Remove(node);
            return;
        }

        _path[^1] = (node, next + 1);
        var dependency = node.Dependencies[next];
        if (_open.Contains(dependency))
        {
            var start = _path.FindIndex(entry => entry.Node == dependency);
            var names = _path.Skip(start).Select(entry => entry.Node.Name).Append(dependency.Name);
            problems.Add($"Circular dependency: {string.Join(" -> ", names)}");
        }
        else
        {
            Enter(dependency);
        }
    }

    private void Enter(TaskNode node)
    {
        if (_seen.Add(node))
        {
            _open.Add(node);
            _path.Add((node, 0));
        }
    }
}
