using Harbor.Server.Builds;
using Harbor.Server.Rollouts;
using Harbor.Server.Sandboxes;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Tests.Rollouts;

/// <summary>What nobody needs goes: containers of processes that are gone, logs of old rollouts.</summary>
[Trait("Category", "Engine")]
public sealed class CleaningTests(TestServers servers)
{
    private readonly TestServer _server = servers.SqliteWorker;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_grading_container_goes_with_the_process_that_ran_it_and_not_before()
    {
        var identity = await _server.ServiceAsync<ServerIdentity>();
        var engine = await _server.ServiceAsync<SandboxEngine>();
        var left = await StartAsync(engine, identity.Installation, $"{identity.Worker}/earlier");
        var running = await StartAsync(engine, identity.Installation, identity.Process);

        await (await _server.ServiceAsync<Janitor>()).CleanAsync(Ct);

        Assert.Null(await engine.FindAsync(left, Ct));
        Assert.NotNull(await engine.FindAsync(running, Ct));
        await engine.RemoveAsync(running, Ct);
    }

    [Fact]
    public async Task An_attempt_that_was_given_up_does_not_remove_the_sandbox_of_the_next_one()
    {
        using var client = await _server.ClientAsync();
        var id = await client.DeployAsync("fenced", "sleep 60");
        var rollout = Guid.Parse((await client.PostAsync($"/api/harbor/deployments/{id}/rollouts", Sandboxed.Body(1, "c"),
            System.Net.HttpStatusCode.Accepted)).Text("rollout_id"));
        await client.UntilAsync($"/api/harbor/rollouts/{rollout}", answer => answer.Text("status") == "running");
        await using var db = await _server.OpenAsync();
        var row = await db.Rollouts.AsNoTracking().SingleAsync(found => found.Id == rollout, Ct);
        var engine = await _server.ServiceAsync<SandboxEngine>();

        await engine.RemoveAttemptsAsync(rollout, row.Fence - 1, Ct);
        Assert.NotNull(await engine.FindAsync(row.ContainerId!, Ct));
        await engine.RemoveAttemptsAsync(rollout, row.Fence, Ct);
        Assert.Null(await engine.FindAsync(row.ContainerId!, Ct));
        await client.PostAsync($"/api/harbor/rollouts/{rollout}/cancel", "{}");
    }

    [Fact]
    public async Task Logs_of_old_rollouts_go_also_where_they_left_no_files()
    {
        using var client = await _server.ClientAsync();
        var id = await client.DeployAsync("old", $"echo hello; {Sandboxed.Result("1")}");
        var old = Guid.Parse((await client.RunAsync(id))["execution_metadata"]!.Text("rollout_id"));
        var young = Guid.Parse((await client.RunAsync(id))["execution_metadata"]!.Text("rollout_id"));
        var longAgo = TimeProvider.System.GetUtcNow().AddDays(-31);
        await using var db = await _server.OpenAsync();
        await db.Rollouts.Where(row => row.Id == old)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.EndedAt, longAgo), Ct);
        var logs = await _server.ServiceAsync<BuildLogs>();
        File.SetLastWriteTimeUtc(logs.File(old, 1, "stdout"), longAgo.UtcDateTime);

        await (await _server.ServiceAsync<Retention>()).RemoveFilesAsync(db, Ct);

        Assert.False(File.Exists(logs.File(old, 1, "stdout")));
        Assert.True(File.Exists(logs.File(young, 1, "stdout")));
    }

    private static async Task<string> StartAsync(SandboxEngine engine, Guid installation, string process)
    {
        var id = await engine.CreateAsync(new SandboxSpec
        {
            Image = "debian:bookworm",
            Command = "sleep 300",
            Labels = new Dictionary<string, string>
            {
                ["harbor.server"] = $"{installation}",
                ["harbor.rescore"] = $"{Guid.NewGuid()}",
                ["harbor.process"] = process,
            },
            Variables = new Dictionary<string, string>(),
            CpuCores = 1,
            MemoryMb = 64,
            DiskMb = 64,
            Pids = 64,
            Runtime = "runc",
            OpenFiles = null,
        }, Ct);
        await engine.StartAsync(id, Ct);
        return id;
    }
}
