using FsCheck;
using FsCheck.Fluent;
using Harbor.Server.Database;
using Harbor.Server.Queue;
using Harbor.Server.Rollouts;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Tests.Queue;

/// <summary>The row is the queue: any schedule of two workers leaves each rollout with one writer.</summary>
public abstract class LeaseTests(TestServer server)
{
    private enum Step
    {
        Claim,
        Renew,
        Expire,
        TakeOver,
        Complete,
        Requeue,
    }

    [Fact]
    public async Task A_claim_that_lost_its_lease_writes_nothing()
    {
        await using var db = await server.OpenAsync();
        var id = await AddAsync(db);
        var first = await ClaimAsync(db, id, "one");
        await ExpireAsync(db, id);
        var second = await TakeOverAsync(db, id, "two");

        Assert.False(await Leases.RenewAsync(db, QueueTable.Rollouts, id, first!.Fence, Ct));
        Assert.False(await Leases.RequeueAsync(db, QueueTable.Rollouts, id, first.Fence, 0, Ct));
        await Assert.ThrowsAsync<FencedOffException>(async () =>
            await (await WritesAsync(first)).SetAsync(set => set.SetProperty(row => row.State, RolloutState.Running), Ct));
        Assert.True(await Leases.RenewAsync(db, QueueTable.Rollouts, id, second!.Fence, Ct));
        Assert.Equal(1, (await RowAsync(db, id)).Attempts);
    }

    [Fact]
    public async Task Many_workers_at_once_get_each_row_once()
    {
        await using var db = await server.OpenAsync();
        var ids = new HashSet<Guid>();
        for (var i = 0; i < 40; i++)
        {
            ids.Add(await AddAsync(db));
        }

        var claimed = await Task.WhenAll(Enumerable.Range(0, 8).Select(async worker =>
        {
            await using var own = await server.OpenAsync();
            var mine = new List<Guid>();
            while (await Leases.ClaimAsync<Rollout>(own, QueueTable.Rollouts, $"w{worker}", "q.turn, q.id", Ct, "q.job_id = {1}",
                Job) is { } row)
            {
                mine.Add(row.Id);
            }

            return mine;
        }));

        var all = claimed.SelectMany(mine => mine).ToArray();
        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.Superset(ids, all.ToHashSet());
    }

    [Fact]
    public void Any_schedule_of_two_workers_leaves_one_writer_and_counts_every_attempt()
    {
        var steps = Gen.Elements(Enum.GetValues<Step>()).SelectMany(step => Gen.Elements(0, 1).Select(worker => (step, worker)))
            .ArrayOf(25);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(30),
            Prop.ForAll(steps.ToArbitrary(), schedule => HoldsAsync(schedule).GetAwaiter().GetResult()));
    }

    private string Job { get; } = $"job-{Guid.NewGuid()}";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private async Task<bool> HoldsAsync((Step Step, int Worker)[] schedule)
    {
        await using var db = await server.OpenAsync();
        var id = await AddAsync(db);
        var held = new Rollout?[2];
        Rollout? owner = null;
        var attempts = 0;
        var isExpired = false;
        var isDone = false;
        foreach (var (step, worker) in schedule)
        {
            var mine = held[worker];
            switch (step)
            {
                case Step.Claim:
                    var isWaiting = (await RowAsync(db, id)).State == RolloutState.Queued;
                    if (await ClaimAsync(db, id, $"w{worker}") is { } claimed)
                    {
                        Assert.True(isWaiting && owner is null && !isDone);
                        (held[worker], owner, isExpired) = (claimed, claimed, false);
                        attempts++;
                    }

                    break;
                case Step.Renew when mine is not null:
                    var renewed = await Leases.RenewAsync(db, QueueTable.Rollouts, id, mine.Fence, Ct);
                    Assert.Equal(ReferenceEquals(mine, owner), renewed);
                    isExpired &= !renewed;
                    break;
                case Step.Expire when owner is not null:
                    await ExpireAsync(db, id);
                    isExpired = true;
                    break;
                case Step.TakeOver:
                    if (await TakeOverAsync(db, id, $"w{worker}") is { } taken)
                    {
                        Assert.True(isExpired && owner is not null);
                        Assert.Equal(owner!.Fence + 1, taken.Fence);
                        (held[worker], owner, isExpired) = (taken, taken, false);
                    }

                    break;
                case Step.Complete when mine is not null:
                    var written = await CompletesAsync(mine);
                    Assert.Equal(ReferenceEquals(mine, owner), written);
                    (isDone, owner) = written ? (true, null) : (isDone, owner);
                    break;
                case Step.Requeue when mine is not null:
                    var requeued = await Leases.RequeueAsync(db, QueueTable.Rollouts, id, mine.Fence, 0, Ct);
                    Assert.Equal(ReferenceEquals(mine, owner), requeued);
                    owner = requeued ? null : owner;
                    break;
            }
        }

        var row = await RowAsync(db, id);
        Assert.Equal(attempts, row.Attempts);
        Assert.Equal(isDone, row.State == RolloutState.Completed);
        Assert.Equal(isDone ? 1 : 0, await db.Scores.CountAsync(score => score.RolloutId == id, Ct));
        await db.Rollouts.Where(found => found.Id == id).ExecuteDeleteAsync(Ct);
        return true;
    }

    private async Task<bool> CompletesAsync(Rollout mine)
    {
        try
        {
            await (await WritesAsync(mine))
                .EndAsync(RolloutState.Completed, new Harbor.Server.Rollouts.Outcome { Reward = 1 },
                    new Harbor.Deployments.Wire.ExecutionMetadata(), [],
                null, Ct);
            return true;
        }
        catch (FencedOffException)
        {
            return false;
        }
    }

    private async Task<RolloutWrites> WritesAsync(Rollout row) =>
        new(await server.ServiceAsync<Databases>(), await server.ServiceAsync<Signals>(), TimeProvider.System, row);

    private async Task<Guid> AddAsync(HarborDb db)
    {
        var row = new Rollout
        {
            Id = Guid.CreateVersion7(),
            OrganisationId = Guid.NewGuid(),
            DeploymentId = Guid.NewGuid(),
            JobId = Job,
            Request = "{}",
            RequestDigest = "x",
            Retain = "none",
            CreatedAt = TimeProvider.System.GetUtcNow(),
            DueAt = TimeProvider.System.GetUtcNow()
                .AddMinutes(-1),
            MaxInfraRetries = 99,
        };
        db.Rollouts.Add(row);
        await db.SaveChangesAsync(Ct);
        db.ChangeTracker.Clear();
        return row.Id;
    }

    private static Task<Rollout?> ClaimAsync(HarborDb db, Guid id, string worker) =>
        Leases.ClaimAsync<Rollout>(db, QueueTable.Rollouts, worker, "q.turn, q.id", Ct, "q.id = {1}", id);

    /// <summary>Only this test's row: others of the table wait or are not expired.</summary>
    private static async Task<Rollout?> TakeOverAsync(HarborDb db, Guid id, string worker)
    {
        var taken = await Leases.TakeOverAsync<Rollout>(db, QueueTable.Rollouts, worker, Ct);
        Assert.True(taken is null || taken.Id == id);
        return taken;
    }

    private static Task<int> ExpireAsync(HarborDb db, Guid id)
    {
        var past = TimeProvider.System.GetUtcNow().AddMinutes(-5);
        return db.Rollouts.Where(row => row.Id == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.LeaseUntil, past), Ct);
    }

    private static Task<Rollout> RowAsync(HarborDb db, Guid id) => db.Rollouts.AsNoTracking().SingleAsync(row => row.Id == id, Ct);
}

public sealed class LeasesOnSqlite(TestServers servers) : LeaseTests(servers.Sqlite);

[Trait("Category", "Engine")]
public sealed class LeasesOnPostgreSql(TestServers servers) : LeaseTests(servers.PostgreSql);
