using Harbor.Descriptors;
using Harbor.Environments;
using Harbor.State;

namespace Harbor.Stacks;

/// <summary>
/// The environment of hooks: the merged variables once they exist, the runner's variables, and HARBOR_... (listed in docs/hooks.md).
/// </summary>
public static class HookVariables
{
    /// <param name="selected">Null before Source.</param>
    /// <param name="merged">Null before Prepare.</param>
    /// <param name="changed">HARBOR_CHANGED for hooks after <c>compose.up</c>; null before it, or if nothing was deployed.</param>
    public static Dictionary<string, string> Compute(
        string runId, PlannedHook hook, StackDefinition stack, SelectedStack? selected, MergedStack? merged, bool? changed)
    {
        var values = Merged(hook, merged);
        Add(values, stack.Descriptor.Runner, hook, runId, stack.Descriptor.Name, stack.Services);
        values["HARBOR_PROFILE"] = stack.Profile.Name;
        foreach (var (name, url) in TunnelVariables.Find(stack.Paths, stack.Descriptor)) // Also of those that this run has opened.
        {
            values[name] = url;
        }

        values["HARBOR_SITE"] = stack.Options.Site ?? "";
        if (selected is not null && hook.Hook.Point is not HookPoint.PreSource)
        {
            values["HARBOR_OPTIONS"] = string.Join(' ', selected.Options);
            values["HARBOR_CAPABILITIES"] = string.Join(' ', selected.Capabilities);
        }

        if (changed is { } isChange && hook.Hook.Point is HookPoint.PostServiceUp or HookPoint.PostDeploy)
        {
            values["HARBOR_CHANGED"] = isChange ? "true" : "false";
        }

        return values;
    }

    /// <summary>For hooks around Destroy; uses only the saved state.</summary>
    public static Dictionary<string, string> Compute(string runId, PlannedHook hook, DeployedStack deployed, RunnerSection runner)
    {
        var values = new Dictionary<string, string>();
        Add(values, runner, hook, runId, deployed.Project, deployed.Services);
        values["HARBOR_OPTIONS"] = string.Join(' ', deployed.Options);
        values["HARBOR_CAPABILITIES"] = string.Join(' ', deployed.Capabilities);
        return values;
    }

    /// <summary>The hook with the variables in its image filled in.</summary>
    /// <exception cref="InvalidStackException">The result is not an image name.</exception>
    public static PlannedHook WithImage(PlannedHook hook, IReadOnlyDictionary<string, string> values)
    {
        if (hook.Hook.Image is not { } image)
        {
            return hook;
        }

        var name = Interpolation.Fill(image, values, $"{hook.Hook.At}: image");
        return name.Length > 0 && name[0] != '-' && !name.Any(char.IsWhiteSpace)
            ? hook with { Hook = hook.Hook with { Image = name } }
            : throw new InvalidStackException(
                [hook.Hook.At.Problem($"The image '{image}' expands to '{name}', which is not an image name.")]);
    }

    private static Dictionary<string, string> Merged(PlannedHook hook, MergedStack? merged) => hook switch
    {
        _ when merged is null || hook.Hook.Point is HookPoint.PreSource or HookPoint.PostSource or HookPoint.PrePrepare => [],
        { Service: { } service } =>
        merged.Environment.For(service).ToDictionary(variable => variable.Key, variable => variable.Value.Value),
        _ => new Dictionary<string, string>(merged.Layered),
    };

    /// <summary>The runner's variables override the merged ones; Harbor's variables override both.</summary>
    private static void Add(
        Dictionary<string, string> values, RunnerSection runner, PlannedHook hook, string runId,
        string project, IReadOnlyList<string> services)
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
