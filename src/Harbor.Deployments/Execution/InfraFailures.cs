namespace Harbor.Deployments;

/// <summary>Failure kinds (part 9 of the contract) that say nothing about the task.</summary>
internal static class InfraFailures
{
    private static readonly HashSet<string> Kinds =
        ["provider_error", "image_missing", "sandbox_start", "engine_lost", "worker_lost", "internal"];

    /// <summary>Whether the platform failed rather than the task: only such rollouts are repeated.</summary>
    public static bool Contain(string? kind) => kind is not null && Kinds.Contains(kind);
}
