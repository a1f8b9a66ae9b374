using Cake.Core;
using Harbor.Hooks;

namespace Harbor.Build.Hooks;

/// <summary>Hooks that run on this machine do so only with the text that the user has allowed.</summary>
internal static class HostHooks
{
    /// <summary>The options that decide which hooks there are.</summary>
    private static readonly string[] Selecting = ["working", "profile", "services", "no-defaults"];

    public static AllowedHooks Allowed(HarborContext context) => new(context.Paths, AllowedHooks.FolderOf(HarborContext.ProcessVariables));

    /// <summary>Called before the first task.</summary>
    /// <exception cref="InvalidStackException">With every hook among the tasks that is not allowed as it is.</exception>
    public static void Check(HarborContext context, IEnumerable<ICakeTaskInfo> tasks)
    {
        var names = tasks.Select(task => task.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var allowed = Allowed(context);
        var problems = new List<Problem>();
        foreach (var hook in context.HostHooks.Where(hook => names.Contains(hook.Name)))
        {
            if (allowed.Of(hook, HookScript.Read(hook, context.Paths)) is var consent && consent != Consent.Given)
            {
                problems.Add(hook.Hook.At.Problem(
                    $"{hook.Name} runs {hook.Path ?? "a script"} on this machine, and {(consent == Consent.Changed ? "was changed since it was allowed" : "is not allowed yet")}."));
            }
        }

        if (problems.Count > 0)
        {
            throw new InvalidStackException([.. problems, new Problem(null, 0, 0, $"Nothing was started. To read and allow: {Command(context)}")]);
        }
    }

    private static string Command(HarborContext context)
    {
        var same = Selecting.SelectMany(name => context.Arguments.GetArguments(name).TakeLast(name == "working" ? 1 : int.MaxValue).Select(value => $"--{name}={value}"));
        return string.Join(' ', same.Prepend("./build.sh --target=Allow"));
    }
}
