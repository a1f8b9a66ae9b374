using System.Net;
using Harbor.Server.Builds;
using Harbor.Server.Database;
using Harbor.Server.Deployments;
using Harbor.Server.Instances;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Tests.Pages;

public abstract class DeploymentPageTests(TestServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_deployment_shows_its_builds_the_log_of_one_and_its_instances()
    {
        var key = await NewKeyAsync();
        using var visitor = await Visitor.SignedInAsync(server, key);
        await using var db = await server.OpenAsync();
        var row = await db.DeploymentAsync(await db.OrganisationAsync(key), change: made => made.LastError = "it <b>broke</b>");
        var build = Add(db, row, BuildStatus.Failed, "no such file");
        db.Instances.AddRange(Enumerable.Range(0, 120).Select(seed => new Instance
        {
            Id = Guid.CreateVersion7(),
            DeploymentId = row.Id,
            Seed = seed,
            Status = InstanceStatus.Ready,
            CreatedAt = row.CreatedAt,
        }));
        await db.SaveChangesAsync(Ct);
        await File.WriteAllTextAsync((await server.ServiceAsync<BuildLogs>()).File(build.Id), "\u001b[31mStep 1\u001b[0m <script>\n", Ct);

        Assert.Contains($"/deployments/{row.Id}", await visitor.PageAsync("/deployments"), StringComparison.Ordinal);
        var page = await visitor.PageAsync($"/deployments/{row.Id}");
        var next = await visitor.PageAsync($"/deployments/{row.Id}?seed=100");

        Assert.Contains("it &lt;b&gt;broke&lt;/b&gt;", page, StringComparison.Ordinal);
        Assert.Contains("Step 1 &lt;script&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", page, StringComparison.Ordinal);
        var text = Visitor.Text(page);
        Assert.Contains("no such file", text, StringComparison.Ordinal);
        Assert.Contains("120 in all: 120 ready", text, StringComparison.Ordinal);
        Assert.Contains("From seed 100", text, StringComparison.Ordinal);
        Assert.Contains("119", Visitor.Text(next), StringComparison.Ordinal);
        Assert.DoesNotContain("From seed", Visitor.Text(next), StringComparison.Ordinal);
        using var log = await visitor.Client.GetAsync($"/deployments/{row.Id}/builds/{build.Id}/log", Ct);
        Assert.Equal("text/plain", log.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_build_is_begun_and_cancelled_by_buttons_that_a_reader_does_not_have()
    {
        var organisation = $"o{Guid.NewGuid():N}";
        var key = await server.NewKeyAsync("read,deploy", organisation);
        using var visitor = await Visitor.SignedInAsync(server, key);
        using var reader = await Visitor.SignedInAsync(server, await server.NewKeyAsync("read", organisation));
        await using var db = await server.OpenAsync();
        var row = await db.DeploymentAsync(await db.OrganisationAsync(key));

        using var begun = await visitor.PressAsync($"/deployments/{row.Id}", $"/deployments/{row.Id}/build");
        Assert.Equal(HttpStatusCode.SeeOther, begun.StatusCode);
        var build = await db.Builds.AsNoTracking().SingleAsync(one => one.DeploymentId == row.Id, Ct);
        var seen = await reader.PageAsync($"/deployments/{row.Id}");
        Assert.DoesNotContain("Build again", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("<button>Cancel", seen, StringComparison.Ordinal);
        using var refused = await reader.PostAsync(
            $"/deployments/{row.Id}/builds/{build.Id}/cancel", ("form_token", Visitor.Field(seen, "form_token")));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.StartsWith("text/html", $"{refused.Content.Headers.ContentType}", StringComparison.Ordinal);
        using var cancelled = await visitor.PressAsync(
            $"/deployments/{row.Id}", $"/deployments/{row.Id}/builds/{build.Id}/cancel");

        Assert.Equal(HttpStatusCode.SeeOther, cancelled.StatusCode);
        Assert.Equal(BuildStatus.Cancelled, await db.Builds.Where(one => one.Id == build.Id).Select(one => one.Status).SingleAsync(Ct));
    }

    [Fact]
    public async Task Another_organisation_is_told_that_there_is_nothing()
    {
        var key = await NewKeyAsync();
        using var stranger = await Visitor.SignedInAsync(server, await NewKeyAsync());
        await using var db = await server.OpenAsync();
        var row = await db.DeploymentAsync(await db.OrganisationAsync(key), "theirs");
        var rollout = await db.RolloutAsync(row);

        Assert.DoesNotContain("theirs", await stranger.PageAsync("/deployments"), StringComparison.Ordinal);
        Assert.DoesNotContain($"{rollout.Id}", await stranger.PageAsync("/rollouts"), StringComparison.Ordinal);
        foreach (var path in new[] { $"/deployments/{row.Id}", $"/rollouts/{rollout.Id}", $"/rollouts?deployment={row.Id}" })
        {
            Assert.Contains("not found", await stranger.PageAsync(path, HttpStatusCode.NotFound), StringComparison.Ordinal);
        }
    }

    private Task<string> NewKeyAsync() => server.NewKeyAsync(organisation: $"o{Guid.NewGuid():N}");

    private static Build Add(HarborDb db, Deployment row, BuildStatus status, string? error)
    {
        var build = new Build
        {
            Id = Guid.CreateVersion7(),
            OrganisationId = row.OrganisationId,
            DeploymentId = row.Id,
            ContextDigest = row.ContextDigest,
            Status = status,
            Error = error,
            CreatedAt = row.CreatedAt,
            StartedAt = row.CreatedAt,
            EndedAt = row.CreatedAt.AddSeconds(2),
            DueAt = row.CreatedAt,
        };
        db.Builds.Add(build);
        return build;
    }
}

public sealed class DeploymentPagesOnSqlite(TestServers servers) : DeploymentPageTests(servers.Sqlite);

[Trait("Category", "Engine")]
public sealed class DeploymentPagesOnPostgreSql(TestServers servers) : DeploymentPageTests(servers.PostgreSql);
