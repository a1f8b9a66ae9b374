using Harbor.Descriptors;
using Harbor.Frosting;
using Harbor.Hooks;
using Harbor.Journal;

namespace Harbor.Build.Hooks;

/// <summary>Turns the hooks of a point into tasks, each waiting for the one before it. A stack without hooks has none, and nothing is looked for.</summary>
internal static class HookTasks
{
    public static IReadOnlyList<StepTask> At(HarborContext context, HookPoint point) =>
        context.Settings.SkipHooks || !context.Stack.Descriptor.MayHaveHooks ? [] : Of(context, Planned(context, point), hook => () => HookEnvironment.Of(context, hook));

    /// <summary>As they were when the stack was deployed: Destroy works with a broken descriptor too.</summary>
    public static IReadOnlyList<StepTask> AtDestroy(HarborContext context, HookPoint point) =>
        context.Settings.SkipHooks || Deployment.File(context.Paths).Read() is not { Hooks: { } deployed } deployment
            ? []
            : Of(context, [.. deployed.Hooks.Where(hook => hook.Hook.Point == point)], hook => () => HookEnvironment.Of(deployment, hook), deployed.Runner);

    /// <summary>The hooks of the service points around it: only where it runs itself.</summary>
    public static IEnumerable<StepTask> AroundUp(HarborContext context, StepTask up) =>
    [
        .. At(context, HookPoint.PreServiceUp).Select(hook => hook with { WhyNot = up.WhyNot }),
        up,
        .. At(context, HookPoint.PostServiceUp).Select(hook => hook with { WhyNot = up.WhyNot }),
    ];

    /// <summary>To be saved with what is deployed; null where there are none.</summary>
    public static DeployedHooks? ForDestroy(HarborContext context)
    {
        if (!context.Stack.Descriptor.MayHaveHooks)
        {
            return null;
        }

        var hooks = Planned(context, HookPoint.PreDestroy).Concat(Planned(context, HookPoint.PostDestroy)).ToList();
        return hooks.Count == 0 ? null : new DeployedHooks(hooks, context.Stack.Descriptor.Runner);
    }

    public static IReadOnlyList<PlannedHook> Planned(HarborContext context, HookPoint point) =>
        HookPlan.At(point, context.Stack.Descriptor, context.Stack.Services, context.Paths);

    /// <exception cref="InvalidStackException">With every script that is not there.</exception>
    private static List<StepTask> Of(
        HarborContext context, IReadOnlyList<PlannedHook> hooks, Func<PlannedHook, Func<IReadOnlyDictionary<string, string>>> environment, RunnerSection? runner = null)
    {
        var problems = hooks.Select(hook => HookScript.Refusal(hook, context.Paths)).OfType<Problem>().ToList();
        if (problems.Count > 0)
        {
            throw new InvalidStackException(problems);
        }

        context.HostHooks.AddRange(hooks.Where(hook => hook.Hook.OnHost));
        var tasks = hooks.Select(hook => new StepTask(hook.Name, ct => RunAsync(context, hook, runner, environment(hook), ct))
        {
            DependsOn = ["Lock"],
            ContinueOnError = hook.Hook.ContinueOnError,
            Description = $"{(hook.Hook.OnHost ? "on this machine" : "in the runner")} ({hook.Hook.At})",
        });
        return [.. Steps.InOrder(tasks)];
    }

    private static Task RunAsync(
        HarborContext context, PlannedHook hook, RunnerSection? runner, Func<IReadOnlyDictionary<string, string>> environment, CancellationToken ct)
    {
        var section = runner ?? context.Stack.Descriptor.Runner;
        var values = environment();
        var planned = hook.Hook.Image is { } image ? hook with { Hook = hook.Hook with { Image = HookEnvironment.Image(image, values, hook) } } : hook;
        var run = new HookRun(context.Paths, section, context.RunId, context.Repository, HostHooks.Allowed(context), Program.Redaction, context.Say);
        return run.RunAsync(planned, HookEnvironment.With(section.Env, values), ct);
    }
}
