namespace Harbor.Descriptors;

public sealed record PrepareSection
{
    /// <summary>The layers of the environment; a later one wins.</summary>
    public IReadOnlyList<EnvironmentSource> Sources { get; init; } = EnvironmentSource.Defaults;

    public IReadOnlyList<Template> Templates { get; init; } = [Template.Default];

    public Interpolation Interpolation { get; init; } = new();
}
