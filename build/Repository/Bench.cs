using Harbor.Frosting;

namespace Harbor.Build.Repository;

[TaskName("Bench")]
[TaskDescription("Measures Harbor beside its peers on this machine: a table of ratios (docs/performance.md). Needs an engine; takes minutes.")]
public sealed class Bench : AsyncFrostingTask<HarborContext>
{
    public override Task RunAsync(HarborContext context, CancellationToken ct) =>
        context.DotNet("run", "-c", "Release", "--project", "bench/Harbor.Bench").RunAsync(ct);
}
