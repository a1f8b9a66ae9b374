using Harbor.Templates;

namespace Harbor.Descriptors;

/// <summary>What <c>stacks/[service]/harbor.yaml</c> adds for its service. Null stands for "as the system has it".</summary>
public sealed record StackOverride(string Service)
{
    public IReadOnlyList<EnvironmentSource> Sources { get; init; } = [];

    public IReadOnlyList<Template> Templates { get; init; } = [];

    public TemplateEngine? Engine { get; init; }

    public bool? FromEnv { get; init; }

    public IReadOnlyDictionary<string, string> Extra { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<Step> Deploy { get; init; } = [];

    public IReadOnlyList<Step> PostDeploy { get; init; } = [];

    public IReadOnlyList<Step> Destroy { get; init; } = [];

    public IReadOnlyList<Hook> Hooks { get; init; } = [];

    public bool? AutodiscoverHooks { get; init; }

    internal PrepareSection Over(PrepareSection system) => new()
    {
        Sources = [.. system.Sources, .. Sources],
        Templates = [.. system.Templates, .. Templates],
        Interpolation = new Interpolation
        {
            Engine = Engine ?? system.Interpolation.Engine,
            FromEnv = FromEnv ?? system.Interpolation.FromEnv,
            Extra = system.Interpolation.Extra.Concat(Extra).GroupBy(value => value.Key, StringComparer.Ordinal)
                .ToDictionary(value => value.Key, value => value.Last().Value, StringComparer.Ordinal),
        },
    };
}
