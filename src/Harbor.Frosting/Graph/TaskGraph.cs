using Cake.Core;

namespace Harbor.Frosting;

/// <summary>
/// The tasks and their dependencies. It has the rules and the order of Cake's CakeGraphBuilder. That class takes quadratic time and stops
/// at the first problem without naming its place.
/// </summary>
internal sealed class TaskGraph
{
    private readonly Dictionary<string, TaskNode> _nodes = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="found">Problems that are already known. They are reported with the others.</param>
    /// <exception cref="InvalidGraphException">Lists all duplicate names, unknown names and cycles.</exception>
    public TaskGraph(IEnumerable<CakeTask> tasks, IReadOnlySet<string> cleanup, IEnumerable<string>? found = null)
    {
        var problems = found?.ToList() ?? [];
        foreach (var task in tasks)
        {
            if (!_nodes.TryAdd(task.Name, new TaskNode(task, cleanup.Contains(task.Name))))
            {
                problems.Add($"Two tasks are called '{task.Name}'.");
            }
        }

        foreach (var node in _nodes.Values)
        {
            Connect(node, problems);
        }

        new CycleSearch(_nodes.Values).Report(problems);
        if (problems.Count > 0)
        {
            throw new InvalidGraphException(problems);
        }
    }

    public IReadOnlyCollection<TaskNode> Nodes => _nodes.Values;

    public TaskNode? Find(string name) => _nodes.GetValueOrDefault(name);

    /// <exception cref="InvalidGraphException">Lists all unknown targets, each with the nearest name.</exception>
    public IReadOnlyList<TaskNode> Targets(IEnumerable<string> names)
    {
        var (found, problems) = (new List<TaskNode>(), new List<string>());
        foreach (var name in names)
        {
            if (Find(name) is not { } node)
            {
                problems.Add(UnknownTarget(name, _nodes.Keys));
            }
            else if (!found.Contains(node))
            {
                found.Add(node);
            }
        }

        return problems.Count == 0 ? found : throw new InvalidGraphException(problems);
    }

    /// <summary>
    /// The target and its dependencies that are not in <paramref name="done"/>, dependencies first. Adds them to
    /// <paramref name="done"/>.
    /// </summary>
    public static List<TaskNode> Traverse(TaskNode target, HashSet<TaskNode> done)
    {
        var order = new List<TaskNode>();
        var stack = new Stack<(TaskNode Node, int Next)>();
        if (done.Add(target))
        {
            stack.Push((target, 0));
        }

        while (stack.TryPop(out var top))
        {
            if (top.Next == top.Node.Dependencies.Count)
            {
                order.Add(top.Node);
                continue;
            }

            stack.Push((top.Node, top.Next + 1));
            var dependency = top.Node.Dependencies[top.Next];
            if (done.Add(dependency))
            {
                stack.Push((dependency, 0));
            }
        }

        return order;
    }

    public static string UnknownTarget(string name, IEnumerable<string> known) =>
        $"The target '{name}' was not found.{NearestName.Hint(name, known)}";

    public static string UnknownDependency(string task, string name, IEnumerable<string> known) =>
        $"Task '{task}' is dependent on task '{name}' which does not exist.{NearestName.Hint(name, known)}";

    private void Connect(TaskNode node, List<string> problems)
    {
        foreach (var dependency in node.Task.Dependencies)
        {
            if (Find(dependency.Name) is { } other)
            {
                node.DependOn(other);
            }
            else if (dependency.Required)
            {
                problems.Add(UnknownDependency(node.Name, dependency.Name, _nodes.Keys));
            }
        }

        foreach (var dependee in node.Task.Dependees)
        {
            if (Find(dependee.Name) is { } other)
            {
                other.DependOn(node);
            }
            else if (dependee.Required)
            {
                problems.Add($"Task '{node.Name}' has specified that it's a dependency for task '{dependee.Name}' which does not " +
                    $"exist.{NearestName.Hint(dependee.Name, _nodes.Keys)}");
            }
        }
    }
}
