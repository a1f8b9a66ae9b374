using Harbor.Templates;

namespace Harbor.Descriptors;

public sealed record Interpolation
{
    public TemplateEngine Engine { get; init; } = TemplateEngine.Handlebars;

    /// <summary>Templates see the merged environment.</summary>
    public bool FromEnv { get; init; } = true;

    /// <summary>Further values; they win over the environment's.</summary>
    public IReadOnlyDictionary<string, string> Extra { get; init; } = new Dictionary<string, string>();
}
