using Harbor.Descriptors;
using Harbor.Hooks;
using Harbor.State;

namespace Harbor.Stacks;

/// <summary>The hooks of a stack's run.</summary>
public static class StackHooks
{
    private static readonly HookPoint[] BeforeUp =
    [
        HookPoint.PreSource, HookPoint.PostSource, HookPoint.PrePrepare, HookPoint.PreServicePrepare,
        HookPoint.PostServicePrepare, HookPoint.PostPrepare,
        HookPoint.PreDeploy,
    ];

    private static readonly HookPoint[] AroundUp = [HookPoint.PreServiceUp, HookPoint.PostServiceUp];

    /// <summary>The hooks of one point, in order. No folder is searched if the stack can't have hooks.</summary>
    public static IReadOnlyList<PlannedHook> ForPoint(StackDefinition stack, HookPoint point) =>
        stack.Options.SkipHooks || !stack.Descriptor.MayHaveHooks
            ? [] : HookPlan.Select(point, stack.Descriptor, stack.Services, stack.Paths);

    /// <summary>The hooks of a Deploy, in the order in which they run.</summary>
    public static IReadOnlyList<PlannedHook> ForDeploy(StackDefinition stack)
    {
        var isUp = stack.Descriptor.Deploy.Steps.Any(step => step.Action == "compose.up");
        HookPoint[] points = [.. BeforeUp, .. isUp ? AroundUp : [], HookPoint.PostDeploy];
        return [.. points.SelectMany(point => ForPoint(stack, point))];
    }

    /// <summary>Whether any hook runs after <c>compose.up</c>, even if --skip-hooks skips it.</summary>
    public static bool AnyAfterUp(StackDefinition stack) =>
        Planned(stack, HookPoint.PostServiceUp).Any() || Planned(stack, HookPoint.PostDeploy).Any();

    /// <summary>The hooks to save with the deployed stack; null if there are none.</summary>
    public static DeployedHooks? ForDestroy(StackDefinition stack)
    {
        var hooks = Planned(stack, HookPoint.PreDestroy).Concat(Planned(stack, HookPoint.PostDestroy)).ToList();
        return hooks.Count == 0 ? null : new DeployedHooks(hooks, stack.Descriptor.Runner);
    }

    /// <summary>Records that all hooks passed, so that the next Deploy does not report this change to them again.</summary>
    public static void MarkDone(ProjectPaths paths)
    {
        var file = DeployedStack.File(paths);
        if (file.Read() is { HooksPending: true } deployed)
        {
            file.Write(deployed with { HooksPending = false });
        }
    }

    private static IReadOnlyList<PlannedHook> Planned(StackDefinition stack, HookPoint point) =>
        stack.Descriptor.MayHaveHooks ? HookPlan.Select(point, stack.Descriptor, stack.Services, stack.Paths) : [];
}
