using Cake.Core.Diagnostics;
using Harbor.Frosting;
using Harbor.Pipeline.Source;
using Harbor.Processes;
using Harbor.Stacks;

namespace Harbor.Pipeline.Inspect;

[TaskName("Env")]
[TaskDescription("Lists every variable: its value, what sets it, what reads it.")]
[TaskGroup(Groups.Variables)]
[ReadOnly]
[Document]
[TakesWords("[SERVICE [ls | search TEXT]]")]
[TaskOption("service", "Only the variables that this service sees", Value = "S")]
[TaskOption("key", "Only this variable", Value = "NAME")]
[TaskOption("used", "Only variables that something selected reads")]
[TaskOption("search", "Only variables whose name or value contains this", Value = "TEXT")]
[Reads("the env files, HARBOR_ENV_*, and the files that use their variables")]
[Leaves("nothing; secrets are printed as ***")]
[Example("env web")]
[Example("env --used --search=port")]
[IsDependentOn(typeof(SelectComposeFiles))]
public sealed class Env : FrostingTask<HarborContext>
{
    public override void Run(HarborContext context)
    {
        var words = context.Settings.Words;
        var (service, search) = words switch
        {
            [] => (context.Settings.Service, context.Settings.Search),
            [_] or [_, "ls" or "list"] => (words[0], context.Settings.Search),
            [_, "search", ..] => (words[0], string.Join(' ', words.Skip(2))),
            [_, var second, ..] => throw new InvalidStackException(
                $"After the service comes get, set, unset, ls or search, not '{second}'."
                + Nearest.Hint(second, ["get", "set", "unset", "ls", "search"])),
        };
        var variables = StackVariables.Find(context.Scope, context.Selected.Value, service, context.Settings.Key,
            new VariableFilter(context.Settings.Used, search));
        foreach (var warning in variables.Warnings)
        {
            context.Log.Warning("{0}", warning);
        }

        if (context.Settings.Json)
        {
            context.WriteDocument(Json.Serialize(EnvText.Document(variables)));
        }
        else
        {
            context.Say(EnvText.Format(variables, context.OutputIsTerminal ? TerminalSize.Columns : null));
        }
    }
}
