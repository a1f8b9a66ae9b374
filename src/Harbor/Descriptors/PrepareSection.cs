using Harbor.Environments;
using Harbor.Templates;

namespace Harbor.Descriptors;

public sealed record PrepareSection
{
    /// <summary>The layers of the environment. A later layer overrides an earlier one.</summary>
    public IReadOnlyList<EnvironmentSource> Sources { get; init; } = EnvironmentSource.Defaults;

    /// <summary>
    /// The template settings for every service; <c>Service</c> is empty. <see cref="Descriptor.TemplatesFor"/> returns those of one.
    /// </summary>
    public ServiceTemplates Templates { get; init; } = new("", [TemplateSet.Default]);
}
