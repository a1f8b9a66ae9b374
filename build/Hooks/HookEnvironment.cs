using Harbor.Build.Prepare;
using Harbor.Descriptors;
using Harbor.Hooks;
using Harbor.Journal;

namespace Harbor.Build.Hooks;

/// <summary>What hooks are told: the merged variables as soon as they are merged, and HARBOR_... (docs/hooks.md has the table).</summary>
internal static class HookEnvironment
{
    public static Dictionary<string, string> Of(HarborContext context, PlannedHook hook)
    {
        var values = new Dictionary<string, string>();
        if (hook.Hook.Point is not (HookPoint.PreSource or HookPoint.PostSource or HookPoint.PrePrepare))
        {
            if (hook.Service is { } service)
            {
                foreach (var (name, value) in context.Merged.Environment.For(service))
                {
                    values[name] = value.Value;
                }
            }
            else
            {
                values = new Dictionary<string, string>(context.Merged.Compose);
            }
        }

        var stack = context.Stack;
        AddFacts(values, hook, context.RunId, stack.Descriptor.Name, stack.Services);
        values["HARBOR_PROFILE"] = stack.Profile.Name;
        values["HARBOR_SITE"] = context.Settings.Site ?? "";
        if (hook.Hook.Point is not HookPoint.PreSource)
        {
            values["HARBOR_OPTIONS"] = string.Join(' ', context.Source.Selection.Options);
            values["HARBOR_CAPABILITIES"] = string.Join(' ', context.Source.Selection.Capabilities);
        }

        if (hook.Hook.Point is HookPoint.PostServiceUp or HookPoint.PostDeploy && context.Deployed is { } deployed)
        {
            values["HARBOR_CHANGED"] = deployed.Changed ? "true" : "false";
        }

        return values;
    }

    public static Dictionary<string, string> Of(Deployment deployed, PlannedHook hook)
    {
        var values = new Dictionary<string, string>();
        AddFacts(values, hook, deployed.RunId, deployed.Project, deployed.Services);
        values["HARBOR_OPTIONS"] = string.Join(' ', deployed.Options);
        values["HARBOR_CAPABILITIES"] = string.Join(' ', deployed.Capabilities);
        return values;
    }

    /// <summary>The runner's own variables win over the merged ones, and what Harbor says over both.</summary>
    public static Dictionary<string, string> With(IReadOnlyDictionary<string, string> runner, IReadOnlyDictionary<string, string> values)
    {
        var all = new Dictionary<string, string>(values);
        foreach (var (name, value) in runner)
        {
            if (!values.ContainsKey(name) || !name.StartsWith("HARBOR_", StringComparison.Ordinal))
            {
                all[name] = value;
            }
        }

        return all;
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

    private static void AddFacts(Dictionary<string, string> values, PlannedHook hook, string runId, string project, IReadOnlyList<string> services)
    {
        values["HARBOR_RUN_ID"] = runId;
        values["HARBOR_HOOK"] = hook.PointName;
        values["HARBOR_SERVICE"] = hook.Service ?? "";
        values["HARBOR_PROJECT"] = project;
        values["HARBOR_SERVICES"] = string.Join(' ', services);
    }
}
