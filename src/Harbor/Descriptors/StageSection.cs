namespace Harbor.Descriptors;

/// <summary>The steps of a stage, in order. Only listed steps run.</summary>
public record StageSection
{
    public IReadOnlyList<Step> Steps { get; init; } = [];

    /// <summary>Timeout of the whole stage; null means that only the steps have timeouts.</summary>
    public TimeSpan? Timeout { get; init; }
}

public sealed record DeploySection : StageSection
{
    /// <summary>Whether Compose's variables are also written to <see cref="Harbor.Environments.RunEnvironmentFile"/>.</summary>
    public bool EnvFile { get; init; }
}

public sealed record DestroySection : StageSection
{
    /// <summary>Whether Destroy empties <c>var/run</c>.</summary>
    public bool CleanRun { get; init; }
}
