using Harbor.Descriptors;
using Harbor.Planning;
using Harbor.Stacks;

namespace Harbor.Pipeline.Inspect;

/// <param name="Changes">Whether a Deploy would change anything: variables, files, images or containers.</param>
/// <param name="Environment">Null if the variables of the last Deploy are unknown.</param>
/// <param name="NotKnown">Inputs that only Compose or the builder can check.</param>
/// <param name="Ports">Why a Deploy would fail before it stops anything.</param>
/// <param name="Builds">Services whose image a Deploy would build.</param>
public sealed record PlanDocument(
    string Project,
    bool Changes,
    IReadOnlyList<VariableChange>? Environment,
    IReadOnlyList<RenderedChange> Files,
    IReadOnlyList<UnknownInputDocument> NotKnown,
    IReadOnlyList<string> Builds,
    IReadOnlyList<ContainerChangeDocument> Containers,
    IReadOnlyList<PortConflict> Ports,
    IReadOnlyList<StepDocument> Hooks,
    IReadOnlyList<StepDocument> Steps,
    IReadOnlyList<StepDocument> Tunnels)
{
    /// <param name="planned">Null if no step runs <c>compose.up</c>.</param>
    /// <param name="outdated">Services of Harbor's server whose program a Deploy would compile first.</param>
    /// <param name="hooks">In the order in which they run.</param>
    internal static PlanDocument Create(
        HarborContext context, StackPreview preview, PlannedStack? planned, IReadOnlyList<string> outdated,
        IReadOnlyList<PlannedHook> hooks)
    {
        var descriptor = context.Stack.Descriptor;
        var plan = planned?.Changes?.Plan;
        var notKnown = UnknownInputDocument.CreateAll(planned?.Changes)
            .Concat(outdated.Select(service => new UnknownInputDocument(service, "its program is compiled from changed sources first")))
            .ToList();
        var deploy = StepsOf(context, "deploy", descriptor.Deploy).ToList();
        var whyNotUp = deploy.Find(step => step.Action == "compose.up").Document?.Skipped;
        var steps = deploy.Concat(StepsOf(context, "post_deploy", descriptor.PostDeploy)).ToList();
        return new PlanDocument(
            descriptor.Name,
            preview.Variables is { Count: > 0 } || preview.Files.Count > 0 || notKnown.Count > 0
                || plan is { ToBuild.Count: > 0 } or { Changes.Count: > 0 },
            preview.Variables,
            preview.Files,
            notKnown,
            plan?.ToBuild ?? [],
            [.. (plan?.Changes ?? []).Select(ContainerChangeDocument.Create)],
            planned?.Changes?.Ports ?? [],
            [.. hooks.Select(hook => new StepDocument(
                hook.Hook.At.ToString(), hook.Name, hook.Hook.Point is HookPoint.PreServiceUp or HookPoint.PostServiceUp
                ? whyNotUp : null))],
            [.. steps.Where(step => !IsTunnel(step.Action)).Select(step => step.Document)],
            [.. steps.Where(step => IsTunnel(step.Action)).Select(step => step.Document)]);
    }

    private static bool IsTunnel(string action) => action.StartsWith("net.tunnel.", StringComparison.Ordinal);

    /// <summary>Expanded like a Deploy's tasks, so that names and conditions are the same.</summary>
    private static IEnumerable<(string Action, StepDocument Document)> StepsOf(HarborContext context, string stage, StageSection section) =>
        section.Steps.Zip(StepTasks.Expand(context, section, (_, _) => Task.CompletedTask), (step, task) =>
            (step.Action, new StepDocument(step.At.ToString(), $"{stage}:{task.Name}", task.WhyNot?.Invoke())));
}

/// <param name="Reason">What of it is not known.</param>
public sealed record UnknownInputDocument(string Service, string Reason)
{
    /// <summary>For each service, also what all services may be made of.</summary>
    internal static IReadOnlyList<UnknownInputDocument> CreateAll(StackChanges? changes) =>
        [.. (changes?.Model.Services.Keys ?? []).SelectMany(service => changes!.NotKnown
            .Where(input => input.Service is null || input.Service == service)
            .Select(input => new UnknownInputDocument(service, input.Why)))];
}

/// <param name="Container">Current name; null for a container to create.</param>
/// <param name="Action"><c>create, recreate, start, reload, restart, unpause, rename, remove, wait</c>.</param>
/// <param name="Drift">Somebody changed the container outside Harbor.</param>
public sealed record ContainerChangeDocument(string Service, string? Container, string Action, IReadOnlyList<string> Reasons, bool Drift)
{
    internal static ContainerChangeDocument Create(ContainerChange change) =>
        new(change.Service, change.Target.Name, change.Action, change.Why, change.IsDrift);
}

/// <param name="At">Place in the descriptor.</param>
/// <param name="Skipped">The reason why it would be skipped; null if it would run.</param>
public sealed record StepDocument(string At, string Name, string? Skipped);
