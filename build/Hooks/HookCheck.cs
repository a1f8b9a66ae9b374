using Cake.Core;
using Harbor.Hooks;
using Harbor.Runners;

namespace Harbor.Build.Hooks;

/// <summary>Before the first task: every script is there, and what is to run on this machine is what the user has allowed.</summary>
internal static class HookCheck
{
    /// <summary>The options that decide which hooks there are.</summary>
    private static readonly string[] Selecting = ["working", "profile", "services", "no-defaults"];

    public static AllowedHooks Allowed(HarborContext context) => new(context.Paths, AllowedHooks.FolderOf(HarborContext.ProcessVariables));

    /// <exception cref="InvalidStackException">With every hook among the tasks that can't run.</exception>
    public static void Run(HarborContext context, IEnumerable<ICakeTaskInfo> tasks)
    {
        var names = tasks.Select(task => task.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        Refuse(context, [.. context.Hooks.Where(hook => names.Contains(hook.Name))]);
    }

    /// <exception cref="InvalidStackException">With every one of them that can't run.</exception>
    public static void Refuse(HarborContext context, IReadOnlyList<PlannedHook> hooks)
    {
        var problems = Missing(context, hooks);
        if (problems.Count == 0)
        {
            problems = NotAllowed(context, hooks);
        }

        if (problems.Count > 0)
        {
            throw new InvalidStackException([.. problems, new Problem(null, 0, 0, "Nothing was started. --skip-hooks leaves all hooks out.")]);
        }
    }

    public static List<Problem> Missing(HarborContext context, IEnumerable<PlannedHook> hooks) =>
        [.. hooks.Select(hook => HookScript.Refusal(hook, context.Paths)).OfType<Problem>().Distinct()];

    private static List<Problem> NotAllowed(HarborContext context, IEnumerable<PlannedHook> hooks)
    {
        var onHost = hooks.Where(hook => hook.Hook.OnHost).ToList();
        if (HarborContext.ProcessVariables.ContainsKey(RunnerImage.PackedVariable))
        {
            return [.. onHost.Select(hook => hook.Hook.At.Problem($"{hook.Name} runs on this machine (host: true), and this run is in a container: it takes HARBOR_RUNNER=host and .NET."))];
        }

        var allowed = Allowed(context);
        var problems = new List<Problem>();
        foreach (var hook in onHost)
        {
            if (allowed.Of(hook, HookScript.Read(hook, context.Paths)) is var consent && consent != Consent.Given)
            {
                problems.Add(hook.Hook.At.Problem(
                    $"{hook.Name} runs {hook.Path ?? "a script"} on this machine, and {(consent == Consent.Changed ? "was changed since it was allowed" : "is not allowed yet")}."));
            }
        }

        if (problems.Count > 0)
        {
            problems.Add(new Problem(null, 0, 0, $"To read and allow them: {Command(context)}"));
        }

        return problems;
    }

    private static string Command(HarborContext context)
    {
        var same = Selecting.SelectMany(name => context.Arguments.GetArguments(name).TakeLast(name == "working" ? 1 : int.MaxValue).Select(value => $"--{name}={Quoted(value)}"));
        return string.Join(' ', same.Prepend("./build.sh --target=Allow"));
    }

    /// <summary>As a shell takes it for one word.</summary>
    private static string Quoted(string value) =>
        value.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ',' or ':') ? value : $"'{value.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
