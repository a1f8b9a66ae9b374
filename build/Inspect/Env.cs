using Cake.Core.Diagnostics;
using Harbor.Frosting;
using Harbor.Pipeline.Source;
using Harbor.Processes;
using Harbor.Stacks;

namespace Harbor.Pipeline.Inspect;

[TaskName("Env")]
[TaskDescription("Lists every variable: its value, what sets it, what reads it.")]
[TaskGroup(Groups.Look)]
[ReadOnly]
[Document]
[TaskOption("service", "Only the variables that this service sees", Value = "S")]
[TaskOption("key", "Only this variable", Value = "NAME")]
[TaskOption("used", "Only variables that something selected reads")]
[TaskOption("search", "Only variables whose name or value contains this", Value = "TEXT")]
[Reads("the env files, HARBOR_ENV_*, and the files that use their variables")]
[Leaves("nothing; secrets are printed as ***")]
[Example("env --service=web")]
[Example("env --used --search=port")]
[IsDependentOn(typeof(SelectComposeFiles))]
public sealed class Env : FrostingTask<HarborContext>
{
    public override void Run(HarborContext context)
    {
        var variables = StackVariables.Find(context.Scope, context.Selected.Value, context.Settings.Service, context.Settings.Key,
            new VariableFilter(context.Settings.Used, context.Settings.Search));
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
