using Harbor.Templates;

namespace Harbor.Descriptors;

/// <summary>Files to render for every selected service. <c>${service}</c> in both paths is its name.</summary>
/// <param name="From">A path or glob (<c>*</c>, <c>**</c>), relative to the root and inside it.</param>
/// <param name="To">Under <c>var/run/</c>; a folder where it ends in <c>/</c>.</param>
public sealed record Template(Location At, string From, string To)
{
    /// <summary>Null: the engine of <see cref="Interpolation.Engine"/>.</summary>
    public TemplateEngine? Engine { get; init; }

    public static Template Default { get; } = new(Location.Default, "stacks/${service}/templates/**", "var/run/${service}/config/");
}
