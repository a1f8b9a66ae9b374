namespace Harbor.Server.Pages;

/// <summary>Jobs of both kinds have rollouts.</summary>
internal static class JobLink
{
    public static string To(string job) =>
        $"/{(job.StartsWith("pl_", StringComparison.Ordinal) ? "optimisations" : "jobs")}/{Uri.EscapeDataString(job)}";
}
