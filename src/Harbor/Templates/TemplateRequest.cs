using Harbor.Environments;

namespace Harbor.Templates;

public enum TemplateEngine
{
    /// <summary><c>${NAME}</c> and the other forms of <see cref="Interpolation"/>.</summary>
    Envsubst,

    Handlebars,
}

/// <summary>Which templates go where. <c>${service}</c> stands for the service in both.</summary>
/// <param name="From">A file or a glob (<c>* ? **</c>), relative to the root. What follows its fixed part is kept in the output's path.</param>
/// <param name="To">A folder below <c>var/run/</c>.</param>
/// <param name="Engine">Null: the service's.</param>
public sealed record TemplateSet(string From, string To, TemplateEngine? Engine = null);

/// <summary>How one service's templates are rendered.</summary>
public sealed record ServiceTemplates(string Service, IReadOnlyList<TemplateSet> Sets)
{
    /// <summary>For files whose suffix (<c>.hbs</c>, <c>.envsubst</c>) doesn't choose another.</summary>
    public TemplateEngine Engine { get; init; } = TemplateEngine.Handlebars;

    /// <summary>Whether templates see the environment of their service.</summary>
    public bool FromEnvironment { get; init; } = true;

    /// <summary>Further values; they win over the environment.</summary>
    public IReadOnlyDictionary<string, string> Extra { get; init; } = new Dictionary<string, string>();
}

/// <summary>All that the rendered files of a stack depend on.</summary>
/// <param name="Services">Each service once.</param>
public sealed record TemplateRequest(ProjectPaths Paths, StackEnvironment Environment, IReadOnlyList<ServiceTemplates> Services);

/// <summary>A template that was found, read and not yet rendered.</summary>
/// <param name="Source">Relative to the root.</param>
/// <param name="Target">Relative to <c>var/run</c>.</param>
/// <param name="Mode">Of the output: the template's, without write access for others and without set-id bits.</param>
public sealed record TemplateFile(string Service, string Source, string Target, TemplateEngine Engine, UnixFileMode Mode, byte[] Content);

internal static class TemplateLimits
{
    public const int FileBytes = 16 << 20;
    public const int OutputChars = 64 << 20;
    public const int Files = 10_000;
    public const int Depth = 32;
    public const int Iterations = 100_000;
}
