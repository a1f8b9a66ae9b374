using System.Net;
using Harbor.Server.Builds;
using Harbor.Server.Database;
using Harbor.Server.Deployments;
using Harbor.Server.Instances;
using Harbor.Server.Queue;
using Harbor.Server.Rollouts;
using Harbor.Server.Sandboxes;
using Harbor.Server.Tests.Rollouts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Harbor.Server.Tests.Queue;

/// <summary>Who waits, for how long, in which turn; and what a process that is gone leaves in the queue. No worker runs.</summary>
public sealed class QueueLimitTests : IAsyncDisposable
{
    private readonly SmallQueue _server = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Organisations_take_turns_however_many_rollouts_one_of_them_queues()
    {
        using var many = await _server.ClientAsync();
        using var few = await _server.ClientAsync();
        foreach (var (client, seed) in new[] { (many, 1), (many, 2), (many, 3), (few, 4) })
        {
            await QueueAsync(client, seed, isFirst: seed is 1 or 4);
        }

        await using var db = await _server.OpenAsync();
        var seeds = new List<long?>();
        while (await Leases.ClaimAsync<Rollout>(db, QueueTable.Rollouts, "w", "q.turn, q.id", Ct) is { } claimed)
        {
            seeds.Add(claimed.Seed);
        }

        Assert.Equal([1, 4, 2, 3], seeds);
    }

    [Fact]
    public async Task A_full_queue_is_429_with_a_time_for_its_organisation_alone()
    {
        using var client = await _server.ClientAsync();
        using var other = await _server.ClientAsync();
        for (var seed = 1; seed <= SmallQueue.Longest; seed++)
        {
            await QueueAsync(client, seed, isFirst: seed == 1);
        }

        using var refused = await client.SendAsync(HttpMethod.Post, "/api/harbor/deployments/queued/rollouts", Sandboxed.Body(9, "9"));

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(30), refused.Headers.RetryAfter!.Delta);
        Assert.Equal("Harbor queue at capacity", (await Answers.ReadAsync(refused, HttpStatusCode.TooManyRequests)).Text("detail"));
        await QueueAsync(other, 1, isFirst: true);
    }

    [Fact]
    public async Task A_request_that_waits_too_long_in_the_queue_is_429_and_its_rollout_waits_on()
    {
        using var client = await _server.ClientAsync();
        await ReadyAsync(client);

        var refused = await client.RunAsync("queued", expected: HttpStatusCode.TooManyRequests, correlation: "slow");

        Assert.Equal("Harbor queue at capacity", refused.Text("detail"));
        var list = await client.GetJsonAsync("/api/harbor/rollouts?status=queued");
        Assert.Equal(1, list["total"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_build_that_was_interrupted_is_begun_once_more_and_then_fails()
    {
        using var client = await _server.ClientAsync();
        await client.PostAsync("/api/harbor/deployments", Empty("broken-off"));

        Assert.Equal("pending", await InterruptAsync());
        Assert.Equal("failed", await InterruptAsync());

        var status = await client.GetJsonAsync("/api/harbor/deployments/broken-off/status");
        Assert.Equal("failed", status.Text("status"));
        Assert.Equal("interrupted", status["builds"]![0]!.Text("error_message"));

        async Task<string> InterruptAsync()
        {
            await using var db = await _server.OpenAsync();
            Assert.NotNull(await Leases.ClaimAsync<Build>(db, QueueTable.Builds, "gone", "q.id", Ct));
            await Leases.FreeOwnAsync(db, QueueTable.Builds, "gone", Ct);
            await BuildLoop.RequeueInterruptedAsync(await _server.ServiceAsync<Databases>(), await _server.ServiceAsync<Signals>(), "next",
                TimeProvider.System, Ct);
            return (await client.GetJsonAsync("/api/harbor/deployments/broken-off/status"))["builds"]![0]!.Text("status");
        }
    }

    [Fact]
    public async Task A_newer_build_cancels_one_that_still_waits()
    {
        using var client = await _server.ClientAsync();
        await client.PostAsync("/api/harbor/deployments", Empty("newer"));

        await client.PostAsync("/api/harbor/deployments/newer/build", """{"force":true}""");

        var builds = (await client.GetJsonAsync("/api/harbor/deployments/newer/status"))["builds"]!.AsArray();
        Assert.Equal(["pending", "cancelled"], builds.Select(build => build!.Text("status")));
    }

    [Fact]
    public async Task An_instance_that_was_interrupted_is_prepared_again_up_to_three_times()
    {
        using var client = await _server.ClientAsync();
        await ReadyAsync(client, "prepared");
        await client.PostAsync("/api/harbor/deployments/prepared/instances/batch", """{"count":1}""");
        await using var db = await _server.OpenAsync();
        await db.Instances.ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, InstanceStatus.Pending), Ct);
        var seen = new List<string>();
        for (var attempt = 1; attempt <= InstancePreparation.MostAttempts; attempt++)
        {
            Assert.NotNull(await Leases.ClaimAsync<Instance>(db, QueueTable.Instances, "gone", "q.id", Ct));
            await Leases.FreeOwnAsync(db, QueueTable.Instances, "gone", Ct);
            await InstanceLoop.RequeueInterruptedAsync(db, "next", Ct);
            seen.Add((await db.Instances.AsNoTracking().SingleAsync(Ct)).Status.ToString());
        }

        Assert.Equal(["Pending", "Pending", "Failed"], seen);
        Assert.Equal("interrupted", (await db.Instances.AsNoTracking().SingleAsync(Ct)).Error);
    }

    [Fact]
    public void Sandboxes_start_no_faster_than_the_settings_say_and_only_where_there_is_room()
    {
        var time = new FakeTimeProvider();
        var admission = new Admission(new SandboxSettings { StartsPerSecond = 4, CpuCores = 3, MemoryMb = 1000, Slots = 2 }, time);

        var first = admission.Take(1, 100);
        Assert.False(admission.HasRoom());
        time.Advance(TimeSpan.FromMilliseconds(250));
        Assert.True(admission.HasRoom());
        using var second = admission.Take(2, 100);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(admission.HasRoom());
        first.Dispose();
        first.Dispose();
        Assert.True(admission.HasRoom());
        Assert.Equal((1, 900L), (admission.FreeCores, admission.FreeMemoryMb));
        Assert.Null(admission.WhyNever(3, 1000));
        Assert.Equal("memory_mb 1001 is more than this server admits in all (1000)", admission.WhyNever(3, 1001));
    }

    private static string Empty(string name) => Archives.Create(name, Archives.Of(("Dockerfile", "FROM scratch"))).ToJsonString();

    private async Task QueueAsync(HttpClient client, int seed, bool isFirst)
    {
        if (isFirst)
        {
            await ReadyAsync(client);
        }

        await client.PostAsync("/api/harbor/deployments/queued/rollouts", Sandboxed.Body(seed, $"{seed}"), HttpStatusCode.Accepted);
    }

    /// <summary>As if its build had ended well.</summary>
    private async Task ReadyAsync(HttpClient client, string name = "queued")
    {
        var create = Archives.Create(name, Archives.Of(("Dockerfile", "FROM scratch")));
        create["network"] = "none";
        var id = Guid.Parse((await client.PostAsync("/api/harbor/deployments", create.ToJsonString())).Text("id"));
        await using var db = await _server.OpenAsync();
        await db.Deployments.Where(row => row.Id == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.SnapshotId, "sha256:0")
            .SetProperty(row => row.Status, DeploymentStatus.Ready), Ct);
    }

    private sealed class SmallQueue : TestServer
    {
        public const int Longest = 4;

        protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
        {
            ["Rollouts:LongestQueue"] = $"{Longest}",
            ["Rollouts:QueueWaitS"] = "1",
        };

        private protected override Task<DatabaseUrl> DatabaseAsync(DataFolder data) => Task.FromResult(DatabaseUrl.File(data.Path));
    }
}
