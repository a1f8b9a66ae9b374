namespace Harbor.Descriptors;

/// <summary>The steps of a stage, in order. Nothing but what is listed here runs.</summary>
public record StageSection
{
    public IReadOnlyList<Step> Steps { get; init; } = [];

    /// <summary>For the whole stage; null: no limit but the steps' own.</summary>
    public TimeSpan? Timeout { get; init; }
}

public sealed record DeploySection : StageSection
{
    /// <summary>Whether what Compose is given is also kept in a file, <see cref="Harbor.Environments.RunEnvironmentFile"/>.</summary>
    public bool EnvFile { get; init; }
}

public sealed record DestroySection : StageSection
{
    /// <summary>Whether <c>var/run</c> is emptied.</summary>
    public bool CleanRun { get; init; }
}
