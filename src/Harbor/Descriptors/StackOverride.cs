using Harbor.Environments;
using Harbor.Templates;

namespace Harbor.Descriptors;

/// <summary>The additions of <c>stacks/[service]/harbor.yaml</c>. Null means that <c>etc/harbor.yaml</c> decides.</summary>
public sealed record StackOverride(string Service)
{
    public IReadOnlyList<EnvironmentSource> Sources { get; init; } = [];

    public IReadOnlyList<TemplateSet> Templates { get; init; } = [];

    public TemplateEngine? Engine { get; init; }

    public bool? FromEnv { get; init; }

    public IReadOnlyDictionary<string, string> Extra { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<Step> Deploy { get; init; } = [];

    public IReadOnlyList<Step> PostDeploy { get; init; } = [];

    public IReadOnlyList<Step> Destroy { get; init; } = [];

    public IReadOnlyList<Hook> Hooks { get; init; } = [];

    public bool? AutodiscoverHooks { get; init; }

    internal ServiceTemplates Over(ServiceTemplates system) => new(Service, [.. system.Sets, .. Templates])
    {
        Engine = Engine ?? system.Engine,
        FromEnvironment = FromEnv ?? system.FromEnvironment,
        Extra = system.Extra.Concat(Extra).GroupBy(value => value.Key, StringComparer.Ordinal)
            .ToDictionary(value => value.Key, value => value.Last().Value, StringComparer.Ordinal),
    };
}
