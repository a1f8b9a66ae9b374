using Harbor.Environments;
using Harbor.Processes;
using Harbor.Templates;

namespace Harbor.Stacks;

/// <summary>Every variable of a stack: its value, its origin, the values it overrides, its readers.</summary>
/// <param name="Conflicts">Variables with different values for different services. Compose gets none of these values.</param>
public sealed record StackVariables(
    IReadOnlyList<EffectiveValue> Values, IReadOnlyList<EnvironmentConflict> Conflicts, IReadOnlyList<Problem> Warnings)
{
    /// <param name="service">Limits the result to variables that this service sees; null means all.</param>
    /// <param name="key">Limits the result to this variable; null means all.</param>
    /// <param name="filter">Limits it further.</param>
    /// <exception cref="InvalidStackException">There is no such service or variable, or a layer has a problem.</exception>
    public static StackVariables Find(RunScope scope, SelectedStack selected, string? service, string? key, VariableFilter filter)
    {
        var services = selected.Services;
        if (service is not null && !services.Contains(service))
        {
            throw new InvalidStackException(
                $"--service {service}: this run has no such service.{Nearest.Hint(service, services)} Services of this run: " +
                $"{string.Join(", ", services)}.");
        }

        var environment = StackEnvironment.Load(MergedStack.Request(selected, scope) with { KeepHistory = true });
        environment.RegisterSecrets(scope.Redaction);
        var values = All(selected, environment, service);
        values = service is null ? values : SeenBy(service, values, key);
        values = key is null ? values : Named(key, values, service);
        values = [.. values.Where(filter.Takes)];
        return new StackVariables(
            values,
            [.. environment.Conflicts().Where(conflict => values.Any(value => value.Name == conflict.Name))],
            environment.Warnings);
    }

    private static IReadOnlyList<EffectiveValue> All(SelectedStack selected, StackEnvironment environment, string? service)
    {
        var compose = environment.ForCompose(selected.Services, []);
        return EffectiveValue.Find(
            environment, selected.Services, compose,
            Reads(selected, environment, compose).Where(read => service is null || read.Service is null || read.Service == service));
    }

    /// <summary>Everything selected that uses variables.</summary>
    internal static IReadOnlyList<VariableRead> Reads(
        SelectedStack selected, StackEnvironment environment, IReadOnlyDictionary<string, EnvironmentValue> compose)
    {
        var (paths, descriptor) = (selected.Paths, selected.Descriptor);
        var templates = new TemplateRequest(paths, environment, [.. selected.Services.Select(descriptor.TemplatesFor)]);
        var inputs = VariableReads.ComposeInputs(
            paths.Root, descriptor.Name, selected.Files.Select(file => Path.Combine(paths.Root, file)), compose);
        return VariableReads.Find(descriptor, inputs, templates);
    }

    /// <summary>The values that the service sees, and Compose's values of the same variables if they come from another service.</summary>
    private static IReadOnlyList<EffectiveValue> SeenBy(string service, IReadOnlyList<EffectiveValue> values, string? key)
    {
        var own = values.Where(value => value.Services.Count == 0 || value.Services.Contains(service)).ToLookup(value => value.Name);
        return [.. values.Where(value => own[value.Name].Contains(value)
            || (value.IsCompose && IsAsked(value.Name) && own[value.Name].All(other => !other.IsCompose)))];

        bool IsAsked(string name) => own.Contains(name) || name == key;
    }

    private static IReadOnlyList<EffectiveValue> Named(string key, IReadOnlyList<EffectiveValue> values, string? service)
    {
        var known = values.Select(value => value.Name).Distinct().ToList();
        return known.Contains(key)
            ? [.. values.Where(value => value.Name == key)]
            : throw new InvalidStackException(
                $"--key {key}: no layer sets this variable{(service is null ? "" : $" for {service}")}.{Nearest.Hint(key, known)}");
    }
}

/// <param name="IsUsed">Whether only variables are wanted that something selected reads.</param>
/// <param name="Text">Part of the name, or of a value that is no secret; null: all.</param>
public sealed record VariableFilter(bool IsUsed, string? Text)
{
    internal bool Takes(EffectiveValue value) => (!IsUsed || value.Readers.Count > 0)
        && (Text is null || value.Name.Contains(Text, StringComparison.OrdinalIgnoreCase)
            || (!value.Value.IsSecret && value.Value.Value.Contains(Text, StringComparison.OrdinalIgnoreCase)));
}
