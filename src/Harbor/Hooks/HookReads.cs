using System.Text;
using System.Text.RegularExpressions;
using Harbor.Descriptors;
using Harbor.Environments;
using Harbor.Templates;

namespace Harbor.Hooks;

/// <summary>The variables that hooks take from the merged environment.</summary>
public static partial class HookReads
{
    /// <summary>The others run before the merge, or around Destroy, which merges nothing.</summary>
    private static readonly HookPoint[] Points =
    [
        HookPoint.PreServicePrepare, HookPoint.PostServicePrepare, HookPoint.PostPrepare,
        HookPoint.PreDeploy, HookPoint.PreServiceUp, HookPoint.PostServiceUp, HookPoint.PostDeploy,
    ];

    /// <param name="descriptor">Of the run: <see cref="Descriptor.ForServices"/>.</param>
    public static IReadOnlyList<VariableRead> Find(Descriptor descriptor, IReadOnlyList<string> services, ProjectPaths paths) =>
        [.. Points.SelectMany(point => HookPlan.At(point, descriptor, services, paths)).SelectMany(hook => Of(hook, paths)).Where(read => !descriptor.Runner.Env.ContainsKey(read.Name)).Distinct()];

    private static IEnumerable<VariableRead> Of(PlannedHook hook, ProjectPaths paths)
    {
        var written = hook.Hook.Command.Append(hook.Hook.Image ?? "").SelectMany(VariableMentions.In).Select(mention => Read(mention.Name, hook.Hook.At.File, hook.Hook.At.Line));
        var script = Script(hook, paths);
        var text = Encoding.UTF8.GetString(script);
        return written.Concat(Names(text, IsShell(hook, script))
            .Select(name => hook.Path is { } path ? Read(name.Name, path, TextPosition.Of(text, name.Offset).Line) : Read(name.Name, hook.Hook.At.File, hook.Hook.At.Line)));

        VariableRead Read(string name, string file, int line) => new(name, ReaderKind.Hook, file, line, IsRequired: false, hook.Service);
    }

    /// <summary>A script that can't be read is the affair of the run that needs it.</summary>
    private static byte[] Script(PlannedHook hook, ProjectPaths paths)
    {
        try
        {
            return HookScript.Read(hook, paths);
        }
        catch (DeploymentException)
        {
            return [];
        }
    }

    private static bool IsShell(PlannedHook hook, byte[] script) =>
        hook.Hook.Type == HookType.Shell && HookScript.Interpreter(script).Any(word => word.Split(' ')[0].EndsWith("sh", StringComparison.Ordinal));

    /// <summary>Other languages name a variable in quotes: <c>GetEnvironmentVariable("NAME")</c>, <c>os.environ['NAME']</c>.</summary>
    private static IEnumerable<(string Name, int Offset)> Names(string text, bool isShell) => isShell
        ? VariableMentions.In(text).Select(mention => (mention.Name, mention.Offset))
        : Quoted().Matches(text).Select(match => (match.Groups[1].Value, match.Index));

    [GeneratedRegex("""["']([A-Za-z_][A-Za-z0-9_]*)["']""")]
    private static partial Regex Quoted();
}
