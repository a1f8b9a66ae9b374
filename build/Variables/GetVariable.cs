using Cake.Core.Diagnostics;
using Harbor.Frosting;
using Harbor.Pipeline.Source;

namespace Harbor.Pipeline.Variables;

[TaskName("ConfigGet")]
[TaskDescription("Prints the value of a variable.")]
[TaskGroup(Groups.Variables)]
[TaskAlias("config get")]
[ReadOnly]
[PrintsResult]
[TakesWords("NAME")]
[Example("config get WEB_PORT")]
[IsDependentOn(typeof(SelectComposeFiles))]
public sealed class ConfigGet() : GetVariable(ofService: false);

[TaskName("EnvGet")]
[TaskDescription("Prints the value that a service sees.")]
[TaskGroup(Groups.Variables)]
[TaskAlias("env SERVICE get")]
[ReadOnly]
[PrintsResult]
[TakesWords("SERVICE NAME")]
[Example("env web get WEB_PORT")]
[IsDependentOn(typeof(SelectComposeFiles))]
public sealed class EnvGet() : GetVariable(ofService: true);

public abstract class GetVariable(bool ofService) : VariableCommand(ofService)
{
    protected override void Run(HarborContext context, string? service, string name, IReadOnlyList<string> words)
    {
        var values = Values(context, service);
        if (!values.TryGetValue(name, out var value))
        {
            throw new InvalidStackException(
                $"No layer sets {name}{(service is null ? "" : $" for {service}")}.{Nearest.Hint(name, values.Keys)}");
        }

        context.Say(value.IsSecret ? "***" : value.Value);
        if (value.IsSecret)
        {
            context.Log.Warning("{0}", $"{name} is a secret (in {value.Origin}), so its value is not shown.");
        }
    }
}
