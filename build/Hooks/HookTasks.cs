using Harbor.Descriptors;
using Harbor.Frosting;
using Harbor.Hooks;
using Harbor.Journal;
using Harbor.Runners;

namespace Harbor.Build.Hooks;

/// <summary>Turns the hooks of a point into tasks, each waiting for the one before it. A stack without hooks has none, and nothing is looked for.</summary>
internal static class HookTasks
{
    public static IReadOnlyList<StepTask> At(HarborContext context, HookPoint point) =>
        context.Settings.SkipHooks || context.WritesNothing || !context.Stack.Descriptor.MayHaveHooks
            ? []
            : Of(context, Planned(context, point), context.Stack.Descriptor.Runner, hook => HookEnvironment.Of(context, hook));

    /// <summary>As they were when the stack was deployed: Destroy works with a broken descriptor too.</summary>
    public static IReadOnlyList<StepTask> AtDestroy(HarborContext context, HookPoint point) =>
        context.Settings.SkipHooks || Deployment.File(context.Paths).Read() is not { Hooks: { } deployed } deployment
            ? []
            : Of(context, [.. deployed.Hooks.Where(hook => hook.Hook.Point == point)], deployed.Runner, hook => HookEnvironment.Of(context, hook, deployment, deployed.Runner));

    /// <summary>The hooks of the service points around it: only where it runs itself.</summary>
    public static IEnumerable<StepTask> AroundUp(HarborContext context, StepTask up) =>
    [
        .. At(context, HookPoint.PreServiceUp).Select(hook => hook with { WhyNot = up.WhyNot }),
        up,
        .. At(context, HookPoint.PostServiceUp).Select(hook => hook with { WhyNot = up.WhyNot }),
    ];

    /// <summary>Whether any run after <c>compose.up</c>.</summary>
    public static bool AreBehindUp(HarborContext context) =>
        context.Stack.Descriptor.MayHaveHooks && (Planned(context, HookPoint.PostServiceUp).Count > 0 || Planned(context, HookPoint.PostDeploy).Count > 0);

    /// <summary>All of a Deploy have passed: the next one does not tell them of this change again.</summary>
    public static void HavePassed(HarborContext context)
    {
        if (context.Deployed is { HooksOwed: true } && !context.Settings.SkipHooks
            && Deployment.File(context.Paths) is var file && file.Read() is { HooksOwed: true } deployment)
        {
            file.Write(deployment with { HooksOwed = false });
        }
    }

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

    /// <summary>Those of a Deploy, in the order in which they run.</summary>
    public static IReadOnlyList<PlannedHook> OfDeploy(HarborContext context)
    {
        HookPoint[] aroundUp = context.Stack.Descriptor.Deploy.Steps.Any(step => step.Action == "compose.up") ? [HookPoint.PreServiceUp, HookPoint.PostServiceUp] : [];
        HookPoint[] points =
        [
            HookPoint.PreSource, HookPoint.PostSource, HookPoint.PrePrepare, HookPoint.PreServicePrepare, HookPoint.PostServicePrepare, HookPoint.PostPrepare,
            HookPoint.PreDeploy, .. aroundUp, HookPoint.PostDeploy,
        ];
        return context.Settings.SkipHooks ? [] : [.. points.SelectMany(point => Planned(context, point))];
    }

    public static IReadOnlyList<PlannedHook> Planned(HarborContext context, HookPoint point) =>
        HookPlan.At(point, context.Stack.Descriptor, context.Stack.Services, context.Paths);

    private static List<StepTask> Of(
        HarborContext context, IReadOnlyList<PlannedHook> hooks, RunnerSection runner, Func<PlannedHook, IReadOnlyDictionary<string, string>> environment)
    {
        context.Hooks.AddRange(hooks);
        var tasks = hooks.Select(hook => new StepTask(hook.Name, ct => RunAsync(context, hook, runner, environment(hook), ct))
        {
            DependsOn = ["Lock"],
            ContinueOnError = hook.Hook.ContinueOnError,
            Description = $"{(hook.Hook.OnHost ? "on this machine" : "in the runner")} ({hook.Hook.At})",
        });
        return [.. Steps.InOrder(tasks)];
    }

    private static Task RunAsync(
        HarborContext context, PlannedHook hook, RunnerSection runner, IReadOnlyDictionary<string, string> environment, CancellationToken ct)
    {
        var planned = hook.Hook.Image is { } image ? hook with { Hook = hook.Hook with { Image = HookEnvironment.Image(image, environment, hook) } } : hook;
        var packedIn = HarborContext.ProcessVariables.GetValueOrDefault(RunnerImage.PackedVariable);
        return new HookRun(context.Paths, runner, context.RunId, context.Repository, packedIn, HookCheck.Allowed(context), Program.Redaction, context.Say)
            .RunAsync(planned, environment, ct);
    }
}
