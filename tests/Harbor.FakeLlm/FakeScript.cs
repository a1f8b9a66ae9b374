using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Harbor.FakeLlm;

/// <summary>
/// What the model answers: a function of the request alone. It writes the card that the prompt names: the solution, or for a hard card
/// whose rule the instructions do not have, the broken variant. Asked for new instructions, it adds the next rule that the feedback names.
/// </summary>
public sealed partial class FakeScript(IReadOnlyDictionary<string, FakeTask> tasks)
{
    public IReadOnlyDictionary<string, FakeTask> Tasks { get; } = tasks;

    /// <summary>Of a folder like <c>stacks/enginebench</c>. A hard card's rule is the name of the test that its broken variant fails, in
    /// words.</summary>
    public static FakeScript Read(string folder)
    {
        var edits = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "gold", "partial.json")))!.AsObject();
        var tasks = new Dictionary<string, FakeTask>();
        foreach (var (id, edit) in edits)
        {
            var task = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "tasks", id, "task.json")))!;
            var solution = File.ReadAllText(Path.Combine(folder, "gold", $"{id}.rs"));
            var broken = solution.Replace($"{edit!["replace"]}", $"{edit["with"]}", StringComparison.Ordinal);
            var rule = $"{task["difficulty"]}" == "hard" ? $"{edit["fails"]}".Replace('_', ' ') : null;
            tasks[id] = new FakeTask(id, $"{task["file"]}", solution, broken, rule);
        }

        return new FakeScript(tasks);
    }

    public FakeTurn Answer(FakeRequest request)
    {
        if (Reflection().Match(request.Text) is { Success: true } reflection)
        {
            return new FakeTurn(Reflect(reflection.Groups[1].Value, request.Text[(reflection.Index + reflection.Length)..]));
        }

        if (request.Shell is not { } shell || request.HasToolResult || Find(request.Text) is not { } task)
        {
            return new FakeTurn("done");
        }

        var command = $"cat > {task.File} << 'END_OF_CARD'\n{Written(task, request.Text)}END_OF_CARD\n";
        return new FakeTurn(null, shell, shell.Arguments(command));
    }

    /// <summary>What it writes of a card, given the instructions.</summary>
    public static string Written(FakeTask task, string instructions)
    {
        var isKnown = task.Rule is null || instructions.Contains(task.Rule, StringComparison.OrdinalIgnoreCase);
        var text = isKnown ? task.Solution : task.Broken;
        return text.EndsWith('\n') ? text : text + "\n";
    }

    private FakeTask? Find(string text) =>
        CardFile().Match(text) is { Success: true } match && Tasks.TryGetValue(match.Groups[1].Value, out var task) ? task : null;

    private string Reflect(string instructions, string feedback)
    {
        var rule = Tasks.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value.Rule).FirstOrDefault(rule =>
            rule is not null && !instructions.Contains(rule, StringComparison.OrdinalIgnoreCase)
            && feedback.Contains(rule.Replace(' ', '_'), StringComparison.OrdinalIgnoreCase));
        return $"```\n{instructions}{(rule is null ? "" : $"\nMind this: {rule}.")}\n```";
    }

    [GeneratedRegex(@"in `src/cards/(\w+)\.rs`")]
    private static partial Regex CardFile();

    [GeneratedRegex(@"I provided an assistant with the following instructions[^\n]*\n```\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Reflection();
}
