using Harbor.Compose;
using Harbor.Descriptors;
using Harbor.Environments;
using Harbor.Hooks;
using Harbor.Templates;
using Interpolation = Harbor.Environments.Interpolation;

namespace Harbor.Build.Utilities;

/// <summary>Everything in a stack that uses variables: compose files with what they include, templates, conditions of steps, hooks, values of layers made from others.</summary>
internal static class VariableReads
{
    public static IReadOnlyList<VariableRead> Find(Descriptor descriptor, ComposeInputs inputs, TemplateRequest templates) =>
    [
        .. inputs.Paths.Where(IsComposeFile).SelectMany(path => ComposeReads.Of(templates.Paths.Relative(path), File.ReadAllText(path))),
        .. TemplateReads.Find(templates, TemplateSearch.Find(templates)),
        .. descriptor.Deploy.Steps.Concat(descriptor.PostDeploy.Steps).Concat(descriptor.Destroy.Steps).SelectMany(Conditions),
        .. HookReads.Find(descriptor, [.. templates.Services.Select(service => service.Service)], templates.Paths),
        .. templates.Environment.Reads,
    ];

    /// <param name="compose">What Compose gets.</param>
    public static ComposeInputs ComposeInputs(ComposeProject project, IReadOnlyDictionary<string, EnvironmentValue> compose) =>
        Harbor.Compose.ComposeInputs.Find(project, text => Interpolation.Expand(text, name => compose.GetValueOrDefault(name)?.Value, _ => { }));

    private static IEnumerable<VariableRead> Conditions(Step step) => step.When is null
        ? []
        : VariableMentions.In(step.When).Select(mention => new VariableRead(mention.Name, ReaderKind.Step, step.At.File, step.At.Line, IsRequired: false));

    public static bool IsComposeFile(string path) => Path.GetExtension(path) is ".yml" or ".yaml" && File.Exists(path);
}
