using Harbor.Compose;
using Harbor.Descriptors;
using Harbor.Environments;
using Harbor.Hooks;
using Harbor.Templates;

namespace Harbor.Stacks;

/// <summary>
/// Finds everything in a stack that uses variables: compose files and the files they include, templates, conditions of steps, hooks, and
/// values of layers that refer to other variables.
/// </summary>
public static class VariableReads
{
    public static IReadOnlyList<VariableRead> Find(Descriptor descriptor, ComposeInputs inputs, TemplateRequest templates) =>
    [
        .. inputs.Paths.Where(IsComposeFile).SelectMany(path => ComposeReads.Find(templates.Paths.Relative(path), File.ReadAllText(path))),
        .. TemplateReads.Find(templates, TemplateSearch.Find(templates)),
        .. descriptor.Deploy.Steps.Concat(descriptor.PostDeploy.Steps).Concat(descriptor.Destroy.Steps).SelectMany(Conditions),
        .. HookReads.Find(descriptor, [.. templates.Services.Select(service => service.Service)], templates.Paths),
        .. templates.Environment.Reads,
    ];

    /// <param name="project">Compose's project name.</param>
    /// <param name="compose">Compose's variables.</param>
    public static ComposeInputs ComposeInputs(
        string directory, string project, IEnumerable<string> files, IReadOnlyDictionary<string, EnvironmentValue> compose)
    {
        var variables = compose.ToDictionary(variable => variable.Key, variable => variable.Value.Value);
        ComposeProject.AddBuiltInVariables(variables, project, directory);
        return Harbor.Compose.ComposeInputs.Find(directory, files, variables);
    }

    private static IEnumerable<VariableRead> Conditions(Step step) => step.When is null
        ? []
        : VariableMentions.Find(step.When)
            .Select(mention => new VariableRead(mention.Name, ReaderKind.Step, step.At.File, step.At.Line, IsRequired: false));

    public static bool IsComposeFile(string path) => Path.GetExtension(path) is ".yml" or ".yaml" && File.Exists(path);
}
