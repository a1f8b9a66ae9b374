namespace Harbor.Deployments.Wire;

/// <summary>The body of <c>POST /deployments/{d}/instances/batch</c>: seeds <c>start_seed … start_seed + count - 1</c>.</summary>
public sealed record CreateInstancesRequest
{
    /// <summary>1-10,000.</summary>
    public long Count { get; set; } = 100;

    public long StartSeed { get; init; }
}

/// <summary>Counts are over the deployment; <see cref="Created"/>, <see cref="Existing"/> and <see cref="Instances"/> are of this
/// call.</summary>
public sealed record InstanceBatchAnswer
{
    public required long Total { get; init; }
    public required long ReadyCount { get; init; }
    public required long BuildingCount { get; init; }
    public required long FailedCount { get; init; }
    public long? PendingCount { get; init; }
    public long? Created { get; init; }
    public long? Existing { get; init; }
    public IReadOnlyList<InstanceSummary> Instances { get; set; } = [];
}

public sealed record InstanceSummary(string Id, long Seed, string Status);

public sealed record BuildAllAnswer
{
    public required long TotalInstances { get; init; }
    public required long ReadyCount { get; init; }
    public long? QueuedCount { get; init; }
    public long? FailedCount { get; init; }
}

public sealed record InstanceList
{
    public IReadOnlyList<HarborInstance> Instances { get; set; } = [];
    public required long Total { get; init; }
    public required long ReadyCount { get; init; }
    public required long BuildingCount { get; init; }
    public required long FailedCount { get; init; }
    public long? PendingCount { get; init; }
    public long? NextOffset { get; init; }
}

/// <summary>How many instances of a deployment are in each state.</summary>
public sealed record InstanceCounts(long Total, long PendingCount, long BuildingCount, long ReadyCount, long FailedCount);
