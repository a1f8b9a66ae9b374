using System.Globalization;
using System.Text;
using Harbor.Descriptors;
using Harbor.Frosting;
using Harbor.Hooks;
using Harbor.Stacks;
using Harbor.State;

namespace Harbor.Pipeline.Hooks;

[TaskName("Allow")]
[TaskDescription("Prints the hooks that run on this machine, and allows them.")]
[TaskGroup(Groups.EveryDay)]
[StackOptions]
[Reads("the hooks with host: true in etc/harbor.yaml and in the last deploy")]
[Leaves("their hashes, in a file outside the project")]
public sealed class Allow : FrostingTask<HarborContext>
{
    public override void Run(HarborContext context)
    {
        var planned = Enum.GetValues<HookPoint>().SelectMany(point => StackHooks.ForPoint(context.Stack, point))
            .Where(hook => hook.Hook.OnHost).ToList();
        if (HookConsent.FindMissing(context.Paths, planned) is { Count: > 0 } problems)
        {
            throw new InvalidStackException(problems);
        }

        // Destroy runs the hooks that the last Deploy saved, even if the descriptor has changed since.
        var deployed = DeployedStack.File(context.Paths).Read()?.Hooks?.Hooks ?? [];
        var hooks = deployed.Where(hook => hook.Hook.OnHost && HookScript.FindProblem(hook, context.Paths) is null)
            .Concat(planned).DistinctBy(hook => hook.Name).ToList();
        var allowed = HookConsent.Allowed(context.Scope, context.Paths);
        var isNew = false;
        foreach (var hook in hooks)
        {
            var script = HookScript.Read(hook, context.Paths);
            if (allowed.ConsentFor(hook, script) != Consent.Given)
            {
                context.Say($"{hook.Hook.At}: {hook.Name} {hook.Path}\n{Indented(script)}\n");
                allowed.Allow(hook, script);
                isNew = true;
            }
        }

        if (!isNew)
        {
            var why = hooks.Count == 0 ? "no hook of this stack runs on this machine" : $"{hooks.Count} hooks are already allowed";
            context.UpToDate(why);
            context.Say($"up to date: {why}");
        }
    }

    /// <summary>Shows control and formatting characters (terminal codes, text direction) as numbers: they could hide text.</summary>
    private static string Indented(byte[] script)
    {
        var text = new StringBuilder("    ");
        foreach (var c in Encoding.UTF8.GetString(script).TrimEnd())
        {
            var isHidden = c != '\t' && (char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format);
            _ = c == '\n' ? text.Append("\n    ") : isHidden
                ? text.Append(CultureInfo.InvariantCulture, $"<U+{(int)c:X4}>") : text.Append(c);
        }

        return text.ToString();
    }
}
