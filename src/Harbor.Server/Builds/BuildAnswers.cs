using Harbor.Deployments.Wire;

namespace Harbor.Server.Builds;

internal static class BuildAnswers
{
    public static string Word(this BuildStatus status) => status.ToString().ToLowerInvariant();

    public static bool HasEnded(this BuildStatus status) => status is BuildStatus.Completed or BuildStatus.Failed or BuildStatus.Cancelled;

    public static HarborBuild Answer(this Build row, string? logTail) => new()
    {
        Id = $"{row.Id}",
        DeploymentId = $"{row.DeploymentId}",
        Status = row.Status.Word(),
        ErrorMessage = row.Error ?? row.Waiting,
        LogTail = logTail,
        Cached = row.Cached,
        SnapshotId = row.SnapshotId,
        ContextDigest = row.ContextDigest,
        CreatedAt = row.CreatedAt,
        StartedAt = row.StartedAt,
        CompletedAt = row.EndedAt,
    };
}
