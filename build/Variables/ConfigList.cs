using Harbor.Environments;
using Harbor.Frosting;
using Harbor.Pipeline.Source;

namespace Harbor.Pipeline.Variables;

[TaskName("ConfigList")]
[TaskDescription("Lists the stack's variables and what sets them; secrets as ***.")]
[TaskGroup(Groups.Variables)]
[TaskAlias("config ls")]
[TaskAlias("config list")]
[TaskAlias("config search")]
[ReadOnly]
[PrintsResult]
[TakesWords("[TEXT]")]
[Reads("the env files; env also says what reads each variable")]
[Example("config search port")]
[IsDependentOn(typeof(SelectComposeFiles))]
public sealed class ConfigList : FrostingTask<HarborContext>
{
    public override void Run(HarborContext context)
    {
        var text = string.Join(' ', context.Settings.Words);
        var found = VariableCommand.Values(context, service: null)
            .Where(variable => text.Length == 0 || Contains(variable.Key, variable.Value, text))
            .OrderBy(variable => variable.Key, StringComparer.Ordinal).ToList();
        context.Say(found.Count == 0
            ? text.Length == 0 ? "No layer sets a variable." : $"No variable has '{text}' in its name or value."
            : Table.Format(["NAME", "VALUE", "SET BY"], found.Select(variable => (string[])[
                variable.Key, Shown(variable.Value), variable.Value.Origin.ToString()])));
    }

    private static bool Contains(string name, EnvironmentValue value, string text) =>
        VariableCommand.Name(text, [name]) == name || name.Contains(text, StringComparison.OrdinalIgnoreCase)
        || name.Contains(text.Replace('.', '_').Replace('-', '_'), StringComparison.OrdinalIgnoreCase)
        || (!value.IsSecret && value.Value.Contains(text, StringComparison.OrdinalIgnoreCase));

    private static string Shown(EnvironmentValue value) =>
        value.IsSecret ? "***" : string.Concat(value.Value.Select(c => char.IsControl(c) ? ' ' : c));
}
