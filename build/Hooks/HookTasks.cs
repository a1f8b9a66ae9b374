using Harbor.Descriptors;
using Harbor.Frosting;
using Harbor.Hooks;
using Harbor.Runners;
using Harbor.Stacks;
using Harbor.State;

namespace Harbor.Pipeline.Hooks;

/// <summary>Turns the hooks of a point into tasks that run one after the other.</summary>
internal static class HookTasks
{
    /// <summary>The options that change which hooks a run has.</summary>
    private static readonly string[] SelectingOptions = ["working", "profile", "services", "no-defaults"];

    public static IReadOnlyList<StepTask> ForPoint(HarborContext context, HookPoint point) => context.IsReadOnly
        ? []
        : Tasks(context, StackHooks.ForPoint(context.Stack, point), context.Stack.Descriptor.Runner, hook => HookVariables.Compute(
            context.Scope.Id, hook, context.Stack, context.Selected.OrNull, context.Merged.OrNull, context.Deployed.OrNull?.HooksPending));

    /// <summary>Read from the saved state, because Destroy also works with a broken descriptor.</summary>
    public static IReadOnlyList<StepTask> ForDestroy(HarborContext context, HookPoint point) =>
        context.Settings.Stack.SkipHooks || DeployedStack.File(context.Paths).Read() is not { Hooks: { } hooks } deployed
            ? []
            : Tasks(context, [.. hooks.Hooks.Where(hook => hook.Hook.Point == point)], hooks.Runner, hook => HookVariables.Compute(
                context.Scope.Id, hook, deployed, hooks.Runner));

    /// <summary>Adds the hooks of the service points before and after the step. They are skipped when the step is skipped.</summary>
    public static IEnumerable<StepTask> AroundUp(HarborContext context, StepTask up) =>
    [
        .. ForPoint(context, HookPoint.PreServiceUp).Select(hook => hook with { WhyNot = up.WhyNot }),
        up,
        .. ForPoint(context, HookPoint.PostServiceUp).Select(hook => hook with { WhyNot = up.WhyNot }),
    ];

    /// <param name="tasks">Names of all tasks of the run.</param>
    /// <exception cref="InvalidStackException">Lists every hook among the tasks that can't run.</exception>
    public static void ThrowIfNotRunnable(HarborContext context, IReadOnlyList<string> tasks)
    {
        var names = tasks.Where(name => name.StartsWith("Hook:", StringComparison.OrdinalIgnoreCase))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (names.Count == 0)
        {
            return;
        }

        var deployed = DeployedStack.File(context.Paths).Read()?.Hooks?.Hooks.Where(hook => names.Contains(hook.Name)).ToList() ?? [];
        var others = names.Except(deployed.Select(hook => hook.Name), StringComparer.OrdinalIgnoreCase).Any()
            ? Enum.GetValues<HookPoint>().Where(point => point is not (HookPoint.PreDestroy or HookPoint.PostDestroy))
                .SelectMany(point => StackHooks.ForPoint(context.Stack, point)).Where(hook => names.Contains(hook.Name))
            : [];
        HookConsent.ThrowIfNotRunnable(context.Scope, context.Paths, [.. others, .. deployed], () => AllowCommand(context));
    }

    /// <summary>The command line that allows the hooks of this run, with this run's options.</summary>
    public static string AllowCommand(HarborContext context)
    {
        var same = SelectingOptions.SelectMany(name => context.Arguments.GetArguments(name)
            .TakeLast(name == "working" ? 1 : int.MaxValue).Select(value => $"--{name}={ShellQuoted(value)}"));
        return string.Join(' ', same.Prepend($"{context.Command} --target=Allow"));
    }

    private static List<StepTask> Tasks(
        HarborContext context, IReadOnlyList<PlannedHook> hooks, RunnerSection runner,
        Func<PlannedHook, IReadOnlyDictionary<string, string>> variables)
    {
        var tasks = hooks.Select(hook => new StepTask(hook.Name, ct => RunAsync(context, hook, runner, variables(hook), ct))
        {
            DependsOn = ["Lock"],
            ContinueOnError = hook.Hook.ContinueOnError,
            Description = $"{(hook.Hook.OnHost ? "on this machine" : "in the runner")} ({hook.Hook.At})",
        });
        return [.. StepTasks.InOrder(tasks)];
    }

    private static Task RunAsync(
        HarborContext context, PlannedHook hook, RunnerSection runner, IReadOnlyDictionary<string, string> variables, CancellationToken ct)
    {
        var ownImage = context.Scope.Variables.GetValueOrDefault(RunnerImage.OwnImageVariable);
        var allowed = HookConsent.Allowed(context.Scope, context.Paths);
        return new HookRun(context.Scope, context.Paths, runner, () => RunnerFile(context.HarborFolder), ownImage, allowed, context.Say)
            .RunAsync(HookVariables.WithImage(hook, variables), variables, ct);
    }

    /// <summary>Of Harbor's own folder; the copy in this program where it is installed alone.</summary>
    private static string RunnerFile(string? harborFolder)
    {
        if (harborFolder is not null)
        {
            return File.ReadAllText(Path.Combine(harborFolder, RunnerImage.FileName));
        }

        using var reader = new StreamReader(typeof(HookTasks).Assembly.GetManifestResourceStream(RunnerImage.FileName)!);
        return reader.ReadToEnd();
    }

    private static string ShellQuoted(string value) =>
        value.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ',' or ':')
            ? value : $"'{value.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
