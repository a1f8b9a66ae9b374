using System.Text;

namespace Harbor.Frosting;

/// <summary>
/// Formats <c>--tree</c>. Each task is drawn once, at its first use. Cake draws it at every use, which gives hundreds of lines for a graph
/// of stages.
/// </summary>
internal static class TreeText
{
    /// <param name="targets">Empty means every task on which no other task depends.</param>
    public static string Format(TaskGraph graph, IReadOnlyList<string> targets)
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
