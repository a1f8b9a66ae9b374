using System.Text;
using System.Text.RegularExpressions;
using Harbor.Descriptors;
using Harbor.Environments;
using Harbor.Templates;

namespace Harbor.Hooks;

/// <summary>The variables that hooks read from the merged environment.</summary>
public static partial class HookReads
{
    /// <summary>Without the points before the merge and around Destroy, which merges nothing.</summary>
    private static readonly HookPoint[] Points =
    [
        HookPoint.PreServicePrepare, HookPoint.PostServicePrepare, HookPoint.PostPrepare,
        HookPoint.PreDeploy, HookPoint.PreServiceUp, HookPoint.PostServiceUp, HookPoint.PostDeploy,
    ];

    /// <param name="descriptor">The run's, from <see cref="Descriptor.ForServices"/>.</param>
    public static IReadOnlyList<VariableRead> Find(Descriptor descriptor, IReadOnlyList<string> services, ProjectPaths paths) =>
        [.. Points.SelectMany(point => HookPlan.Select(point, descriptor, services, paths))
            .SelectMany(hook => FindIn(hook, paths)).Where(read => !descriptor.Runner.Env.ContainsKey(read.Name)).Distinct()];

    private static IEnumerable<VariableRead> FindIn(PlannedHook hook, ProjectPaths paths)
    {
        var written = hook.Hook.Command.Append(hook.Hook.Image ?? "").SelectMany(VariableMentions.Find)
            .Select(mention => Read(mention.Name, hook.Hook.At.File, hook.Hook.At.Line));
        var script = ReadScript(hook, paths);
        var text = Encoding.UTF8.GetString(script);
        return written.Concat(FindNames(text, IsShell(hook, script))
            .Select(name => hook.Path is { } path
                ? Read(name.Name, path, TextPosition.Of(text, name.Offset).Line) : Read(name.Name, hook.Hook.At.File, hook.Hook.At.Line)));

        VariableRead Read(string name, string file, int line) => new(name, ReaderKind.Hook, file, line, IsRequired: false, hook.Service);
    }

    /// <summary>Empty where it can't be read: the run that needs it reports that.</summary>
    private static byte[] ReadScript(PlannedHook hook, ProjectPaths paths)
    {
        try
        {
            return HookScript.Read(hook, paths);
        }
        catch (HarborException)
        {
            return [];
        }
    }

    private static bool IsShell(PlannedHook hook, byte[] script) =>
        hook.Hook.Type == HookType.Shell
            && HookScript.Interpreter(script).Any(word => word.Split(' ')[0].EndsWith("sh", StringComparison.Ordinal));

    /// <summary>Other languages name a variable in quotes: <c>GetEnvironmentVariable("NAME")</c>, <c>os.environ['NAME']</c>.</summary>
    private static IEnumerable<(string Name, int Offset)> FindNames(string text, bool isShell) => isShell
        ? VariableMentions.Find(text).Select(mention => (mention.Name, mention.Offset))
        : Quoted().Matches(text).Select(match => (match.Groups[1].Value, match.Index));

    [GeneratedRegex("""["']([A-Za-z_][A-Za-z0-9_]*)["']""")]
    private static partial Regex Quoted();
}
