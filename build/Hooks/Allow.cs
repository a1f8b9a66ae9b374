using System.Globalization;
using System.Text;
using Harbor.Descriptors;
using Harbor.Frosting;
using Harbor.Hooks;
using Harbor.Journal;

namespace Harbor.Build.Hooks;

[TaskName("Allow")]
[TaskDescription("Shows the hooks that run on this machine (host: true), and allows them as they are now.")]
public sealed class Allow : FrostingTask<HarborContext>
{
    public override void Run(HarborContext context)
    {
        var planned = Enum.GetValues<HookPoint>().SelectMany(point => HookTasks.Planned(context, point)).Where(hook => hook.Hook.OnHost).ToList();
        if (HookCheck.Missing(context, planned) is { Count: > 0 } problems)
        {
            throw new InvalidStackException(problems);
        }

        // Destroy runs those of the last Deploy, whatever the descriptor says under their names by now.
        var deployed = Deployment.File(context.Paths).Read()?.Hooks?.Hooks ?? [];
        var hooks = deployed.Where(hook => hook.Hook.OnHost && HookScript.Refusal(hook, context.Paths) is null).Concat(planned).DistinctBy(hook => hook.Name).ToList();
        var allowed = HookCheck.Allowed(context);
        var isNew = false;
        foreach (var hook in hooks)
        {
            var script = HookScript.Read(hook, context.Paths);
            if (allowed.Of(hook, script) != Consent.Given)
            {
                context.Say($"{hook.Hook.At}: {hook.Name} {hook.Path}\n{Indented(script)}\n");
                allowed.Allow(hook, script);
                isNew = true;
            }
        }

        if (!isNew)
        {
            context.UpToDate(hooks.Count == 0 ? "no hook of this stack runs on this machine" : $"{hooks.Count} hooks are allowed as they are");
        }
    }

    /// <summary>Characters that could hide a part of the text from its reader (terminal codes, changes of direction) are shown as their numbers.</summary>
    private static string Indented(byte[] script)
    {
        var text = new StringBuilder("    ");
        foreach (var c in Encoding.UTF8.GetString(script).TrimEnd())
        {
            var isHidden = c != '\t' && (char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format);
            _ = c == '\n' ? text.Append("\n    ") : isHidden ? text.Append(CultureInfo.InvariantCulture, $"<U+{(int)c:X4}>") : text.Append(c);
        }

        return text.ToString();
    }
}
