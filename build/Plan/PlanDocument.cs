using Harbor.Compose;
using Harbor.Descriptors;
using Harbor.Environments;
using Harbor.Hooks;

namespace Harbor.Build.Plan;

/// <param name="Changes">Whether a Deploy would change anything: variables, files, images or containers.</param>
/// <param name="Environment">Null where it is not known what the last Deploy used.</param>
/// <param name="Builds">Services whose image would be built.</param>
public sealed record PlanDocument(
    string Project,
    bool Changes,
    IReadOnlyList<VariableChange>? Environment,
    IReadOnlyList<FileChangeDocument> Files,
    IReadOnlyList<string> Builds,
    IReadOnlyList<ContainerChangeDocument> Containers,
    IReadOnlyList<StepDocument> Hooks,
    IReadOnlyList<StepDocument> Steps,
    IReadOnlyList<StepDocument> Tunnels)
{
    /// <param name="stack">Null where no step brings it up.</param>
    /// <param name="hooks">In the order in which they run.</param>
    internal static PlanDocument Of(
        HarborContext context, IReadOnlyList<VariableChange>? environment, IReadOnlyList<FileChangeDocument> files, StackPlan? stack, IReadOnlyList<PlannedHook> hooks)
    {
        var descriptor = context.Stack.Descriptor;
        var deploy = StepsOf(context, "deploy", descriptor.Deploy).ToList();
        var whyNotUp = deploy.Find(step => step.Action == "compose.up").Document?.Skipped;
        var steps = deploy.Concat(StepsOf(context, "post_deploy", descriptor.PostDeploy)).ToList();
        return new PlanDocument(
            descriptor.Name,
            environment is { Count: > 0 } || files.Count > 0 || stack is { ToBuild.Count: > 0 } or { Changes.Count: > 0 },
            environment,
            files,
            stack?.ToBuild ?? [],
            [.. (stack?.Changes ?? []).Select(ContainerChangeDocument.Of)],
            [.. hooks.Select(hook => new StepDocument(
                hook.Hook.At.ToString(), hook.Name, hook.Hook.Point is HookPoint.PreServiceUp or HookPoint.PostServiceUp ? whyNotUp : null))],
            [.. steps.Where(step => !IsTunnel(step.Action)).Select(step => step.Document)],
            [.. steps.Where(step => IsTunnel(step.Action)).Select(step => step.Document)]);
    }

    private static bool IsTunnel(string action) => action.StartsWith("net.tunnel.", StringComparison.Ordinal);

    /// <summary>As tasks, so that names and conditions are those of a Deploy.</summary>
    private static IEnumerable<(string Action, StepDocument Document)> StepsOf(HarborContext context, string stage, StageSection section) =>
        section.Steps.Zip(Build.Steps.Of(context, section, (_, _) => Task.CompletedTask), (step, task) =>
            (step.Action, new StepDocument(step.At.ToString(), $"{stage}:{task.Name}", task.WhyNot?.Invoke())));
}

/// <param name="Path">Relative to the root.</param>
/// <param name="Change"><c>added</c>, <c>changed</c> or <c>removed</c>.</param>
/// <param name="Diff">Unified, masked.</param>
public sealed record FileChangeDocument(string Path, string Change, string Diff);

/// <param name="Container">Its name now; null for one that would be created.</param>
/// <param name="Action"><c>create, recreate, start, reload, restart, unpause, rename, remove, wait</c>.</param>
/// <param name="Drift">It was changed from outside.</param>
public sealed record ContainerChangeDocument(string Service, string? Container, string Action, IReadOnlyList<string> Reasons, bool Drift)
{
    internal static ContainerChangeDocument Of(ContainerChange change) =>
        new(change.Service, change.Container, change.Action.ToString().ToLowerInvariant(), change.Why, change.IsDrift);
}

/// <param name="At">Where it stands in the descriptor.</param>
/// <param name="Skipped">Why it would not run; null where it would.</param>
public sealed record StepDocument(string At, string Name, string? Skipped);
