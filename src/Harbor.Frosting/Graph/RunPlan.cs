using Cake.Core;

namespace Harbor.Frosting;

/// <summary>The order of a run: one phase for each target in the given order, then the cleanup tasks.</summary>
internal sealed class RunPlan
{
    public RunPlan(TaskGraph graph, IEnumerable<string> targets, bool exclusive)
    {
        Targets = graph.Targets(targets);
        var done = new HashSet<TaskNode>();
        foreach (var target in Targets)
        {
            var tasks = exclusive ? [target] : TaskGraph.Traverse(target, done);
            Phases.Add(tasks.FindAll(node => !node.Cleanup));
            Cleanup.AddRange(tasks.FindAll(node => node.Cleanup));
        }
    }

    public IReadOnlyList<TaskNode> Targets { get; }

    public List<List<TaskNode>> Phases { get; } = [];

    public List<TaskNode> Cleanup { get; } = [];

    public IEnumerable<ICakeTaskInfo> Tasks => Phases.SelectMany(phase => phase).Concat(Cleanup).Select(node => node.Task);
}
