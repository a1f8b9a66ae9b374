using Harbor.Server.Commands;
using Harbor.Server.Database;
using Harbor.Server.Queue;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Tests.Nodes;

public sealed class WorkerListTests(TestServers servers)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_without_a_worker_refuses_what_no_worker_that_lives_could_ever_run()
    {
        var list = await servers.PostgreSql.ServiceAsync<WorkerList>();
        await using var db = await servers.PostgreSql.OpenAsync();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Assert.Null(await list.WhyNeverAsync(db, 1000, 1000, Ct)); // None has said anything: one may come.
        db.Settings.AddRange(
            new Setting { Name = "worker:one", Value = $"4 8000 {now}" }, new Setting { Name = "worker:two", Value = $"8 2000 {now}" },
            new Setting { Name = "worker:gone", Value = $"64 64000 {now - 600}" });
        await db.SaveChangesAsync(Ct);
        try
        {
            Assert.Null(await list.WhyNeverAsync(db, 8, 2000, Ct));
            Assert.Equal("cpu_cores 8 and memory_mb 4000 are more than any of 2 workers admits (4 cores, 8000 MiB; 8 cores, 2000 MiB)",
                (await list.WhyNeverAsync(db, 8, 4000, Ct))?.Replace("8 cores, 2000 MiB; 4 cores, 8000 MiB",
                    "4 cores, 8000 MiB; 8 cores, 2000 MiB", StringComparison.Ordinal));
        }
        finally
        {
            await db.Settings.Where(row => row.Name.StartsWith("worker:")).ExecuteDeleteAsync(Ct);
        }
    }

    [Fact]
    public async Task The_stack_for_swarm_has_one_worker_on_each_node_and_no_secret_in_it()
    {
        await using var output = new StringWriter();

        var code = await HarborCommand.RunAsync(["worker", "stack", "--image", "registry.example/harbor:1", "--slots", "3"], output,
            TextWriter.Null, Ct);

        Assert.Equal(0, code);
        foreach (var part in (string[])["mode: global", "image: registry.example/harbor:1", "worker --slots 3 --data /var/lib/harbor"])
        {
            Assert.Contains(part, output.ToString(), StringComparison.Ordinal);
        }
    }
}
