using Cake.Core.Diagnostics;
using Harbor.Environments;
using Harbor.Frosting;
using Harbor.Pipeline.Source;

namespace Harbor.Pipeline.Variables;

[TaskName("ConfigUnset")]
[TaskDescription("Removes a variable from the file in which config set would set it.")]
[TaskGroup(Groups.Variables)]
[TaskAlias("config unset")]
[PrintsResult]
[TakesWords("NAME")]
[Example("config unset WEB_PORT")]
[IsDependentOn(typeof(SelectComposeFiles))]
[IsDependentOn(typeof(TakeLock))]
public sealed class ConfigUnset() : UnsetVariable(ofService: false);

[TaskName("EnvUnset")]
[TaskDescription("Removes a variable from the service's own file.")]
[TaskGroup(Groups.Variables)]
[TaskAlias("env SERVICE unset")]
[PrintsResult]
[TakesWords("SERVICE NAME")]
[Example("env web unset LEVEL")]
[IsDependentOn(typeof(SelectComposeFiles))]
[IsDependentOn(typeof(TakeLock))]
public sealed class EnvUnset() : UnsetVariable(ofService: true);

public abstract class UnsetVariable(bool ofService) : VariableCommand(ofService)
{
    protected override void Run(HarborContext context, string? service, string name, IReadOnlyList<string> words)
    {
        var file = service is null
            ? VariableFile.ForAll(context.Paths, context.Selected.Value.Descriptor.SourcesFor(context.Selected.Value.Services), name)
            : VariableFile.ForService(context.Paths, context.Stack.SourcesOf(service), service, name);
        var lines = file.Unset(name);
        if (lines.Count == 0)
        {
            var elsewhere = Values(context, service).GetValueOrDefault(name);
            throw new InvalidStackException($"{file.File} does not set {name}."
                + (elsewhere is null ? Nearest.Hint(name, Values(context, service).Keys) : $" {elsewhere.Origin} does."));
        }

        context.Say($"{string.Join(", ", lines.Select(line => $"{file.File}:{line}"))}: {name} is removed");
        if (Values(context, service).GetValueOrDefault(name) is { } left)
        {
            context.Log.Warning("{0}", $"{left.Origin} still sets it.");
        }
    }
}
