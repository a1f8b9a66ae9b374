using Harbor.Build.Prepare;
using Harbor.Descriptors;
using Harbor.Hooks;
using Harbor.Journal;

namespace Harbor.Build.Hooks;

/// <summary>What hooks are told: the merged variables as soon as there are some, the runner's, and HARBOR_... (docs/hooks.md has the table).</summary>
internal static class HookEnvironment
{
    public static Dictionary<string, string> Of(HarborContext context, PlannedHook hook)
    {
        var stack = context.Stack;
        var values = Merged(context, hook);
        Add(values, stack.Descriptor.Runner, hook, context.RunId, stack.Descriptor.Name, stack.Services);
        values["HARBOR_PROFILE"] = stack.Profile.Name;
        values["HARBOR_SITE"] = context.Settings.Site ?? "";
        if (hook.Hook.Point is not HookPoint.PreSource)
        {
            values["HARBOR_OPTIONS"] = string.Join(' ', context.Source.Selection.Options);
            values["HARBOR_CAPABILITIES"] = string.Join(' ', context.Source.Selection.Capabilities);
        }

        if (hook.Hook.Point is HookPoint.PostServiceUp or HookPoint.PostDeploy && context.Deployed is { } deployed)
        {
            values["HARBOR_CHANGED"] = deployed.HooksOwed ? "true" : "false";
        }

        return values;
    }

    /// <summary>Around Destroy: from the saved state alone.</summary>
    public static Dictionary<string, string> Of(HarborContext context, PlannedHook hook, Deployment deployed, RunnerSection runner)
    {
        var values = new Dictionary<string, string>();
        Add(values, runner, hook, context.RunId, deployed.Project, deployed.Services);
        values["HARBOR_OPTIONS"] = string.Join(' ', deployed.Options);
        values["HARBOR_CAPABILITIES"] = string.Join(' ', deployed.Capabilities);
        return values;
    }

    /// <summary>The variables in it filled in.</summary>
    /// <exception cref="InvalidStackException">What comes out is no image's name.</exception>
    public static string Image(string image, IReadOnlyDictionary<string, string> values, PlannedHook hook)
    {
        var name = EnvironmentResult.Expand(image, values, $"{hook.Hook.At}: image");
        return name.Length > 0 && name[0] != '-' && !name.Any(char.IsWhiteSpace)
            ? name
            : throw new InvalidStackException([hook.Hook.At.Problem($"The image '{image}' becomes '{name}', which is no image's name.")]);
    }

    private static Dictionary<string, string> Merged(HarborContext context, PlannedHook hook) => hook switch
    {
        { Hook.Point: HookPoint.PreSource or HookPoint.PostSource or HookPoint.PrePrepare } => [],
        { Service: { } service } => context.Merged.Environment.For(service).ToDictionary(variable => variable.Key, variable => variable.Value.Value),
        _ => new Dictionary<string, string>(context.Merged.Compose),
    };

    /// <summary>The runner's own variables win over the merged ones, and what Harbor says over both.</summary>
    private static void Add(Dictionary<string, string> values, RunnerSection runner, PlannedHook hook, string runId, string project, IReadOnlyList<string> services)
    {
        foreach (var (name, value) in runner.Env)
        {
            values[name] = value;
        }

        values["HARBOR_RUN_ID"] = runId;
        values["HARBOR_HOOK"] = hook.PointName;
        values["HARBOR_SERVICE"] = hook.Service ?? "";
        values["HARBOR_PROJECT"] = project;
        values["HARBOR_SERVICES"] = string.Join(' ', services);
    }
}
