using Harbor.Frosting;

namespace Harbor.Pipeline.Repository;

[TaskName("Bench")]
[TaskDescription("Measures Harbor against dotnet and docker compose; takes minutes.")]
[TaskGroup(Groups.Machinery)]
public sealed class Bench : AsyncFrostingTask<HarborContext>
{
    public override Task RunAsync(HarborContext context, CancellationToken ct) =>
        context.DotNet("run", "-c", "Release", "--project", "bench/Harbor.Bench").RunAsync(ct);
}
