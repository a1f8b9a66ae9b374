using Harbor.Environments;

namespace Harbor.Templates;

public enum TemplateEngine
{
    /// <summary>The syntax of <see cref="Interpolation"/>: <c>${NAME}</c> and the like.</summary>
    Envsubst,

    Handlebars,
    Scriban,
}

/// <summary>Maps templates to output folders. Both paths may contain <c>${service}</c>.</summary>
/// <param name="From">A file or a glob (<c>* ? **</c>), relative to the root. The output keeps the path after the glob's fixed
/// part.</param>
/// <param name="To">A folder below <c>var/run/</c>.</param>
/// <param name="Engine">Null means the service's engine.</param>
public sealed record TemplateSet(string From, string To, TemplateEngine? Engine = null)
{
    public Location At { get; init; } = Location.Default;

    public static TemplateSet Default { get; } = new("stacks/${service}/templates/**", "var/run/${service}/config/");
}

/// <summary>The template settings of one service.</summary>
public sealed record ServiceTemplates(string Service, IReadOnlyList<TemplateSet> Sets)
{
    /// <summary>The engine for files without a suffix that chooses one (<c>.hbs</c>, <c>.envsubst</c>, <c>.scriban</c>).</summary>
    public TemplateEngine Engine { get; init; } = TemplateEngine.Handlebars;

    /// <summary>Whether templates see the environment of their service.</summary>
    public bool FromEnvironment { get; init; } = true;

    /// <summary>Further values. They override the environment.</summary>
    public IReadOnlyDictionary<string, string> Extra { get; init; } = new Dictionary<string, string>();
}

/// <summary>Everything that the rendered files of a stack depend on.</summary>
/// <param name="Services">Contains each service once.</param>
public sealed record TemplateRequest(ProjectPaths Paths, StackEnvironment Environment, IReadOnlyList<ServiceTemplates> Services);

/// <summary>A template that was read but not rendered.</summary>
/// <param name="Source">Relative to the root.</param>
/// <param name="Target">Relative to <c>var/run</c>.</param>
/// <param name="Mode">The output's mode: the template's mode without write access for others and without set-id bits.</param>
public sealed record TemplateFile(string Service, string Source, string Target, TemplateEngine Engine, UnixFileMode Mode, byte[] Content);

internal static class TemplateLimits
{
    public const int FileBytes = 16 << 20;
    public const int OutputChars = 64 << 20;
    public const int Files = 10_000;
    public const int Depth = 32;
    public const int Branches = 256;
    public const int Iterations = 100_000;
    public const int Problems = 100;
    public const int Steps = 10_000_000;
}
