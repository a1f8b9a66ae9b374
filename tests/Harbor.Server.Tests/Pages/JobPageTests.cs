using System.Net;
using Harbor.Server.Database;
using Harbor.Server.Deployments;
using Harbor.Server.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Tests.Pages;

public abstract class JobPageTests(TestServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_shows_rewards_by_seed_failures_by_kind_coverage_and_both_means()
    {
        var key = await NewKeyAsync();
        using var visitor = await Visitor.SignedInAsync(server, key);
        await using var db = await server.OpenAsync();
        var deployment = await db.DeploymentAsync(await db.OrganisationAsync(key));
        var job = await JobAsync(db, deployment, JobStatus.Completed, (0, 1.0, null), (1, 0.0, null), (2, null, "sandbox_start"));

        var text = Visitor.Text(await visitor.PageAsync($"/jobs/{job}"));
        var list = Visitor.Text(await visitor.PageAsync("/jobs"));

        Assert.Contains("0.5000 mean reward", text, StringComparison.Ordinal);
        Assert.Contains("0.3333 with 0 for what is missing", text, StringComparison.Ordinal);
        Assert.Contains("66.7 % coverage", text.Replace("66.7%", "66.7 %", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("Kind Rollouts sandbox_start 1", text, StringComparison.Ordinal);
        Assert.Contains("1 0.0000", text, StringComparison.Ordinal); // A true 0.
        Assert.Contains("2 - - sandbox_start", text, StringComparison.Ordinal); // Missing is not 0.
        Assert.DoesNotContain("Stop", text, StringComparison.Ordinal);
        Assert.Contains("completed 3 of 3 0.5000 0.3333", list, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_jobs_are_compared_side_by_side_over_the_seeds_that_both_have()
    {
        var key = await NewKeyAsync();
        using var visitor = await Visitor.SignedInAsync(server, key);
        await using var db = await server.OpenAsync();
        var deployment = await db.DeploymentAsync(await db.OrganisationAsync(key));
        var one = await JobAsync(db, deployment, JobStatus.Completed, (0, 1.0, null), (1, 1.0, null), (2, null, "agent_timeout"));
        var other = await JobAsync(db, deployment, JobStatus.Completed, (0, 0.5, null), (1, 1.0, null), (2, 1.0, null));

        var text = Visitor.Text(await visitor.PageAsync($"/compare?job={one}&with={other}"));

        Assert.Contains("Over the 2 seeds that both have a reward for, the first has +0.2500", text, StringComparison.Ordinal);
        Assert.Contains("0 1.0000 0.5000 +0.5000 1 1.0000 1.0000 0.0000 2 - 1.0000 -", text, StringComparison.Ordinal);
        using var stranger = await Visitor.SignedInAsync(server, await NewKeyAsync());
        await stranger.PageAsync($"/compare?job={one}&with={other}", HttpStatusCode.NotFound);
        await stranger.PageAsync($"/jobs/{one}", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_job_is_stopped_and_resumed_by_buttons_that_a_reader_does_not_have()
    {
        var organisation = $"o{Guid.NewGuid():N}";
        var key = await server.NewKeyAsync("read,run", organisation);
        using var visitor = await Visitor.SignedInAsync(server, key);
        using var reader = await Visitor.SignedInAsync(server, await server.NewKeyAsync("read", organisation));
        await using var db = await server.OpenAsync();
        var deployment = await db.DeploymentAsync(await db.OrganisationAsync(key));
        var running = await JobAsync(db, deployment, JobStatus.Running, (0, null, null));
        var ended = await JobAsync(db, deployment, JobStatus.Completed, (0, null, "sandbox_start"), (1, 1.0, null));

        using var stopped = await visitor.PressAsync($"/jobs/{running}", $"/jobs/{running}/cancel");
        Assert.Equal($"/jobs/{running}", $"{stopped.Headers.Location}");
        Assert.True(await db.Jobs.Where(row => row.Id == running).Select(row => row.CancelRequested).SingleAsync(Ct));
        var seen = await reader.PageAsync($"/jobs/{ended}");
        Assert.DoesNotContain("/resume", seen, StringComparison.Ordinal);
        using var refused = await reader.PostAsync(
            $"/jobs/{ended}/resume", ("only", "infra"), ("form_token", Visitor.Field(seen, "form_token")));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var wrong = await visitor.PressAsync($"/jobs/{ended}", $"/jobs/{ended}/resume", ("only", "all"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        using var resumed = await visitor.PressAsync($"/jobs/{ended}", $"/jobs/{ended}/resume", ("only", "infra"));

        Assert.Equal(HttpStatusCode.SeeOther, resumed.StatusCode);
        Assert.Contains(await db.Jobs.Where(row => row.Id == ended).Select(row => row.Status).SingleAsync(Ct),
            new[] { JobStatus.Pending, JobStatus.Running });
        using var again = await visitor.PressAsync($"/jobs/{ended}", $"/jobs/{ended}/cancel"); // Nobody would run it.
        Assert.Equal(HttpStatusCode.SeeOther, again.StatusCode);
    }

    private Task<string> NewKeyAsync() => server.NewKeyAsync(organisation: $"o{Guid.NewGuid():N}");

    private static async Task<string> JobAsync(
        HarborDb db, Deployment deployment, JobStatus status, params (long Seed, double? Score, string? Failure)[] units)
    {
        var now = TimeProvider.System.GetUtcNow();
        var job = new EvalJob
        {
            Id = $"eval-{Guid.CreateVersion7(now):N}",
            OrganisationId = deployment.OrganisationId,
            Status = status,
            Config = """{"env_name":"test","task_app_api_key":"***"}""",
            DeploymentId = deployment.Id,
            TaskAppUrl = "http://localhost/api/harbor/deployments/cards",
            Concurrency = 1,
            SuccessThreshold = 1,
            CreatedAt = now,
            StartedAt = now,
            EndedAt = status.HasEnded() ? now.AddSeconds(5) : null,
            DueAt = now.AddDays(1),
            LeaseUntil = status.HasEnded() ? null : now.AddDays(1),
        };
        db.Jobs.Add(job);
        db.JobUnits.AddRange(units.Select(unit => new JobUnit
        {
            JobId = job.Id,
            Seed = unit.Seed,
            Attempt = 1,
            Status = status.HasEnded() ? UnitStatus.Done : UnitStatus.Pending,
            TraceCorrelationId = $"{job.Id}-{unit.Seed}-1",
            Score = unit.Score,
            FailureKind = unit.Failure,
            RolloutId = null,
        }));
        await db.SaveChangesAsync(Ct);
        return job.Id;
    }
}

public sealed class JobPagesOnSqlite(TestServers servers) : JobPageTests(servers.Sqlite);

[Trait("Category", "Engine")]
public sealed class JobPagesOnPostgreSql(TestServers servers) : JobPageTests(servers.PostgreSql);
