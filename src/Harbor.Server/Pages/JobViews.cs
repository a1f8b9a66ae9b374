using Harbor.Deployments.Wire;
using Harbor.Server.Jobs;

namespace Harbor.Server.Pages;

public sealed record JobRow(
    string Id, JobStatus Status, string Name, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt, int Done, int Total, EvalSummary Summary);

/// <summary>A job with its numbers.</summary>
/// <param name="Config">JSON for people, keys as <c>***</c>.</param>
/// <param name="Deployment">Its name; null: a foreign task app.</param>
public sealed record JobFacts(EvalJob Row, string? Deployment, int Done, int Total, EvalSummary Summary, string Config);

/// <param name="Seeds">Some of them, with their attempts, from <paramref name="FirstSeed"/>.</param>
/// <param name="Largest">Reward of the whole job, at least 1: the end of a bar.</param>
/// <param name="Others">Jobs that it could be compared with.</param>
public sealed record JobView(
    JobFacts Job, IReadOnlyList<SeedRow> Seeds, long? FirstSeed, long? NextSeed, double Largest, IReadOnlyList<string> Others);

public sealed record SeedRow(long Seed, double? Mean, IReadOnlyList<JobUnit> Attempts);

/// <param name="Seeds">Some of them.</param>
public sealed record CompareView(
    JobFacts One, JobFacts Other, EvalComparison Comparison, IReadOnlyList<EvalSeedComparison> Seeds, long? FirstSeed, long? NextSeed);
