namespace Harbor.Server.Jobs;

/// <summary>What a job has told, in order; readers resume by <see cref="Seq"/>.</summary>
public sealed class JobEvent
{
    public required string JobId { get; init; }

    /// <summary>From 1, without gaps.</summary>
    public required long Seq { get; init; }

    public required string Type { get; init; }
    public required string Message { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>A JSON object.</summary>
    public required string Data { get; init; }
}
