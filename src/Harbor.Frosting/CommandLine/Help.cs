using System.Text;

namespace Harbor.Frosting;

internal static class Help
{
    public static string Format(string command, IReadOnlyList<CommandOption> options, IEnumerable<DeclaredTask> tasks)
    {
        var text = new StringBuilder($"Usage: {command} [--target=NAME] [options]\n\nOptions:\n");
        Columns(text, options.Select(option => (Left(option), option.Description)));
        text.Append("\nTargets:\n").Append(Targets(tasks));
        return text.ToString();
    }

    /// <summary>Each task with its description, by name.</summary>
    public static string Targets(IEnumerable<DeclaredTask> tasks)
    {
        var text = new StringBuilder();
        Columns(text, tasks.OrderBy(task => task.Name, StringComparer.OrdinalIgnoreCase).Select(task => (task.Name, task.Description ?? "")));
        return text.ToString();
    }

    private static string Left(CommandOption option)
    {
        var name = option.Short is { } letter ? $"-{letter}, --{option.Name}" : $"    --{option.Name}";
        return option.Value is null ? name : $"{name}={option.Value}";
    }

    private static void Columns(StringBuilder text, IEnumerable<(string Left, string Right)> rows)
    {
        var all = rows.ToList();
        var width = all.Select(row => row.Left.Length).DefaultIfEmpty().Max();
        foreach (var (left, right) in all)
        {
            text.Append("  ").Append(right.Length == 0 ? left : $"{left.PadRight(width)}  {right}").Append('\n');
        }
    }
}
