using System.Text;

namespace Harbor.Frosting;

/// <summary>What <c>--tree</c> prints. Each task is drawn once, where it is needed first: drawn wherever it is needed, as Cake does, a graph of stages has hundreds of lines.</summary>
internal static class TreeText
{
    /// <param name="targets">Empty: everything that nothing else needs.</param>
    public static string Of(TaskGraph graph, IReadOnlyList<string> targets)
    {
        var drawn = new HashSet<TaskNode>();
        var needed = graph.Nodes.SelectMany(task => task.Dependencies).ToHashSet();
        var roots = targets.Count > 0 ? graph.Targets(targets) : graph.Nodes.Where(task => !needed.Contains(task));
        var text = new StringBuilder();
        foreach (var root in roots)
        {
            if (drawn.Add(root))
            {
                text.Append(root.Name).Append('\n');
                Draw(text, Below(root, drawn), "");
            }
        }

        return text.ToString();
    }

    private static List<Branch> Below(TaskNode task, HashSet<TaskNode> drawn)
    {
        var branches = new List<Branch>();
        foreach (var child in task.Dependencies)
        {
            if (drawn.Add(child))
            {
                branches.Add(new Branch(child.Name, Below(child, drawn)));
            }
        }

        return branches;
    }

    private static void Draw(StringBuilder text, List<Branch> branches, string indent)
    {
        foreach (var branch in branches)
        {
            var isLast = branch == branches[^1];
            text.Append(indent).Append(isLast ? "└─" : "├─").Append(branch.Name).Append('\n');
            Draw(text, branch.Children, indent + (isLast ? "  " : "│ "));
        }
    }

    private sealed record Branch(string Name, List<Branch> Children);
}
