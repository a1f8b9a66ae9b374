using System.Text;

namespace Harbor.Frosting;

/// <summary>Formats <c>--help</c> and <c>--description</c> in 80 columns.</summary>
internal sealed class Help(string command, Vocabulary vocabulary, IReadOnlyList<string> groups)
{
    /// <param name="targets">Empty means the overview.</param>
    /// <exception cref="InvalidGraphException">A target does not exist.</exception>
    public string Format(IReadOnlyList<string> targets)
    {
        var unknown = targets.Where(target => vocabulary.Find(target) is null).ToList();
        return targets.Count == 0 ? Overview()
            : unknown.Count == 0 ? string.Join('\n', targets.Select(target => Target(vocabulary.Find(target)!)))
            : throw new InvalidGraphException([.. unknown.Select(Unknown)]);
    }

    /// <summary>Every task, also internal ones, with its description.</summary>
    public static string Descriptions(IEnumerable<DeclaredTask> tasks)
    {
        var text = new StringBuilder();
        Columns.Append(text, Rows(tasks));
        return text.ToString();
    }

    private string Unknown(string target) =>
        vocabulary.Hint(target) ?? TaskGraph.UnknownTarget(target, vocabulary.Tasks.Select(task => task.Name));

    private string Overview()
    {
        var text = new StringBuilder($"Usage: {command} TARGET [options]\n");
        text.Append("       ").Append(command).Append(" --help TARGET    print the target's options and an example\n");
        var listed = vocabulary.Tasks.Where(task => task.Group is not null).ToLookup(task => task.Group!);
        foreach (var group in groups.Union(listed.Select(group => group.Key)).Where(listed.Contains))
        {
            text.Append('\n').Append(char.ToUpperInvariant(group[0])).Append(group.AsSpan(1)).Append(":\n");
            Columns.Append(text, Rows(listed[group]));
        }

        text.Append("\nOptions of every run:\n");
        Columns.Append(text, vocabulary.Global.Select(option => KeyValuePair.Create(
            option.Short is { } letter ? $"-{letter}, {Left(option)}" : $"    {Left(option)}", option.Description)));
        return text.ToString();
    }

    private string Target(DeclaredTask task)
    {
        var words = task.Words is { } taken ? $" {taken.Placeholder}" : "";
        var text = new StringBuilder($"Usage: {command} {task.Name.ToLowerInvariant()} [options]{words}\n\n");
        Paragraph(text, task.Description ?? task.Name);
        var options = vocabulary.OptionsOf([task]);
        if (options.Count > 0)
        {
            text.Append("\nOptions:\n");
            Columns.Append(text, options.Select(option => KeyValuePair.Create(
                option.Short is { } letter ? $"-{letter}, {Left(option)}" : Left(option), option.Description)));
        }

        var facts = new List<KeyValuePair<string, string>>();
        Add(facts, "reads", task.Reads);
        Add(facts, "leaves", task.Leaves);
        Add(facts, "also", string.Join(", ", task.Aliases.Append($"--target={task.Name}")));
        text.Append('\n');
        Columns.Append(text, facts);
        foreach (var example in task.Examples)
        {
            text.Append("\n  ").Append(command).Append(' ').Append(example);
        }

        return task.Examples.Any() ? text.Append('\n').ToString() : text.ToString();
    }

    private static void Paragraph(StringBuilder text, string words)
    {
        foreach (var line in Columns.Wrap(words, 80))
        {
            text.Append(line).Append('\n');
        }
    }

    private static void Add(List<KeyValuePair<string, string>> facts, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            facts.Add(new(name, value));
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Rows(IEnumerable<DeclaredTask> tasks) =>
        tasks.OrderBy(task => task.Name, StringComparer.OrdinalIgnoreCase)
            .Select(task => KeyValuePair.Create(task.Name, task.Description ?? ""));

    private static string Left(CommandOption option) => option.Value is null ? $"--{option.Name}" : $"--{option.Name}={option.Value}";
}
