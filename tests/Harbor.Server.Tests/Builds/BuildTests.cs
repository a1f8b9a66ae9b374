using System.Net;
using System.Text.Json.Nodes;
using Harbor.Server.Builds;
using Harbor.Server.Database;
using Harbor.Server.Queue;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Tests.Builds;

public abstract class BuildTests(TestServer server)
{
    private const string Path = "/api/harbor/deployments";
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_build_gives_an_image_and_keeps_its_log()
    {
        using var client = await server.ClientAsync();
        var context = Archives.Of(("Dockerfile", "FROM debian:bookworm\nRUN echo hello-from-the-build\nCOPY a /a\n"), ("a", "x"));

        var status = await client.ReadyAsync(Archives.Create("built", context));

        Assert.StartsWith("sha256:", status.Text("snapshot_id"), StringComparison.Ordinal);
        var build = status["builds"]![0]!;
        Assert.Equal("completed", build.Text("status"));
        Assert.Contains("hello-from-the-build", build.Text("log_tail"), StringComparison.Ordinal);
        var logs = $"{Path}/built/builds/{build.Text("id")}/logs";
        var whole = await client.GetStringAsync(logs, Ct);
        Assert.Equal(whole[10..], await client.GetStringAsync($"{logs}?offset=10", Ct));
        await client.GetAsync($"{Path}/built/health", HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_followed_log_goes_on_at_its_last_id_and_ends()
    {
        using var client = await server.ClientAsync();
        var context = Archives.Of(("Dockerfile",
            $"FROM debian:bookworm\nENV OWN={Guid.NewGuid()}\nRUN for i in 1 2 3 4 5; do echo line $i; sleep 0.2; done\n"));
        var answer = await client.PostAsync(Path, Archives.Create("followed", context).ToJsonString());
        var logs = $"{Path}/followed/builds/{answer["latest_build"]!.Text("id")}/logs?follow=true";

        var events = await client.GetStringAsync(logs, Ct);

        Assert.Contains("line 5", events, StringComparison.Ordinal);
        Assert.Contains("event: end\ndata: {\"status\":\"completed\"}", events, StringComparison.Ordinal);
        var ids = events.Split('\n').Where(line => line.StartsWith("id: ", StringComparison.Ordinal))
            .Select(line => long.Parse(line[4..], System.Globalization.CultureInfo.InvariantCulture))
            .ToArray();
        Assert.Equal(ids.Order(), ids);
        using var resumed = new HttpRequestMessage(HttpMethod.Get, logs);
        resumed.Headers.Add("Last-Event-ID", $"{ids[0]}");
        using var rest = await client.SendAsync(resumed, Ct);
        var piece = await rest.Content.ReadAsStringAsync(Ct);
        Assert.DoesNotContain($"id: {ids[0]}\nevent: log", piece, StringComparison.Ordinal);
        using var nonsense = new HttpRequestMessage(HttpMethod.Get, logs);
        nonsense.Headers.Add("Last-Event-ID", "-5");
        using var all = await client.SendAsync(nonsense, Ct);
        Assert.Contains("Step 1/", await all.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        Assert.Contains("line 5", piece, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_of_a_variable_is_in_no_error_of_a_build()
    {
        using var client = await server.ClientAsync();
        var create = Archives.Create("leaking",
            Archives.Of(("Dockerfile", "FROM debian:bookworm\nRUN echo s3cr3t-of-the-deployment && exit 3\n")));
        create["env_vars"] = new JsonObject { ["SECRET"] = "s3cr3t-of-the-deployment" };
        await client.PostAsync(Path, create.ToJsonString());

        var status = await client.UntilAsync($"{Path}/leaking/status", answer => answer.Text("status") == "failed");

        Assert.Contains("echo ***", status.Text("error"), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t-of-the-deployment", status.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_build_that_ends_after_a_newer_one_does_not_take_its_place()
    {
        using var client = await server.ClientAsync();
        var status = await client.ReadyAsync(Archives.Create("overtaken", Archives.Of(("Dockerfile", "FROM debian:bookworm\n"))));
        await using var db = await server.OpenAsync();
        var served = await db.Builds.AsNoTracking().SingleAsync(row => row.Id == Guid.Parse(status["builds"]![0]!.Text("id")), Ct);
        var older = new Build
        {
            Id = Guid.CreateVersion7(served.CreatedAt.AddMinutes(-1)),
            OrganisationId = served.OrganisationId,
            DeploymentId = served.DeploymentId,
            ContextDigest = served.ContextDigest,
            Status = BuildStatus.Building,
            Fence = 1,
            CreatedAt = served.CreatedAt.AddMinutes(-1),
            LeaseUntil = served.CreatedAt.AddHours(1),
        };
        db.Builds.Add(older);
        await db.SaveChangesAsync(Ct);

        await new BuildEnding((await server.ServiceAsync<Databases>()).Open, await server.ServiceAsync<Signals>(), TimeProvider.System,
            older).EndAsync(new BuildResult(BuildStatus.Completed, "sha256:older", "k"), Ct);

        Assert.Equal(status.Text("snapshot_id"), (await client.GetJsonAsync($"{Path}/overtaken")).Text("snapshot_id"));
    }

    [Fact]
    public async Task A_failing_build_says_its_step_its_code_and_its_last_lines()
    {
        using var client = await server.ClientAsync();
        var context = Archives.Of(("Dockerfile", "FROM debian:bookworm\nRUN echo the-reason && exit 3\n"));
        await client.PostAsync(Path, Archives.Create("failing", context).ToJsonString());

        var status = await client.UntilAsync($"{Path}/failing/status", answer => answer.Text("status") == "failed");

        var message = status["builds"]![0]!.Text("error_message");
        Assert.Contains("Step 2/", message, StringComparison.Ordinal);
        Assert.Contains("exit code 3", message, StringComparison.Ordinal);
        Assert.Contains("the-reason", message, StringComparison.Ordinal);
        Assert.Equal(message, status.Text("error"));
    }

    [Fact]
    public async Task A_Dockerfile_that_cannot_be_read_fails_the_build()
    {
        using var client = await server.ClientAsync();
        await client.PostAsync(Path, Archives.Create("unreadable", Archives.Of(("Dockerfile", "FORM debian:bookworm\n"))).ToJsonString());

        var status = await client.UntilAsync($"{Path}/unreadable/status", answer => answer.Text("status") == "failed");

        Assert.NotEmpty(status.Text("error"));
    }

    [Fact]
    public async Task A_missing_base_image_is_named_with_the_reason()
    {
        using var client = await server.ClientAsync();
        var context = Archives.Of(("Dockerfile", "FROM 127.0.0.1:9/nobody/nothing:1\n"));
        await client.PostAsync(Path, Archives.Create("baseless", context).ToJsonString());

        var status = await client.UntilAsync($"{Path}/baseless/status", answer => answer.Text("status") == "failed");

        Assert.StartsWith("base image '127.0.0.1:9/nobody/nothing:1' is not on the engine and could not be pulled: ", status.Text("error"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Building_the_same_again_takes_the_image_that_is_there()
    {
        using var client = await server.ClientAsync();
        var context = Archives.Of(("Dockerfile", "FROM debian:bookworm\nRUN date +%N > /now\n"));
        var first = await client.ReadyAsync(Archives.Create("cached", context));

        var again = await client.PostAsync($"{Path}/cached/build", "{}");
        Assert.True(again["cached"]!.GetValue<bool>());
        Assert.Equal("completed", again.Text("status"));
        Assert.Equal(first.Text("snapshot_id"), (await client.GetJsonAsync($"{Path}/cached")).Text("snapshot_id"));

        var forced = await client.PostAsync($"{Path}/cached/build", """{"force":true}""");
        Assert.False(forced["cached"]!.GetValue<bool>());
        var built = await client.UntilAsync($"{Path}/cached/builds/{forced.Text("build_id")}",
            build => build.Text("status") == "completed");
        Assert.NotEqual(first.Text("snapshot_id"), built.Text("snapshot_id"));
    }

    [Fact]
    public async Task A_failed_rebuild_keeps_the_snapshot_that_serves()
    {
        using var client = await server.ClientAsync();
        var first = await client.ReadyAsync(Archives.Create("rebuilt", Archives.Of(("Dockerfile", "FROM debian:bookworm\nRUN echo 1\n"))));

        var build = await client.PostAsync($"{Path}/rebuilt/build",
            new JsonObject { ["dockerfile"] = "FROM debian:bookworm\nRUN exit 1\n" }.ToJsonString());
        await client.UntilAsync($"{Path}/rebuilt/builds/{build.Text("build_id")}", answer => answer.Text("status") == "failed");

        var status = await client.GetJsonAsync($"{Path}/rebuilt/status");
        Assert.Equal("ready", status.Text("status"));
        Assert.Equal(first.Text("snapshot_id"), status.Text("snapshot_id"));
        Assert.NotEmpty(status.Text("error"));
    }

    [Fact]
    public async Task A_running_build_can_be_cancelled()
    {
        using var client = await server.ClientAsync();
        await client.PostAsync(Path, Archives.Create("cancelled", Archives.Of(("Dockerfile", "FROM debian:bookworm\nRUN sleep 300\n")))
            .ToJsonString());
        var status = await client.UntilAsync($"{Path}/cancelled/status", answer => answer["builds"]![0]!.Text("status") == "building");
        var build = $"{Path}/cancelled/builds/{status["builds"]![0]!.Text("id")}";

        await client.PostAsync($"{build}/cancel", "{}");

        await client.UntilAsync(build, answer => answer.Text("status") == "cancelled", seconds: 15);
        await client.PostAsync($"{build}/cancel", "{}", HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task A_context_url_is_refused()
    {
        using var client = await server.ClientAsync();
        await client.PostAsync(Path, Archives.Create("url", Archives.Of(("Dockerfile", "FROM debian:bookworm"))).ToJsonString());

        var answer = await client.PostAsync($"{Path}/url/build", """{"context_url":"http://x"}""", HttpStatusCode.UnprocessableEntity);

        Assert.Contains("not supported", answer.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hidden_tests_are_not_in_the_image()
    {
        using var client = await server.ClientAsync();
        var create = Archives.Create("hiding", Archives.Of(
            ("Dockerfile", "FROM debian:bookworm\nCOPY . /all\nRUN test ! -e /all/hidden && test -e /all/hidden.txt\n"), ("hidden/t", "x"),
                ("hidden.txt", "x")));
        create["verify_command"] = "true";
        create["verify_dir"] = "hidden";

        await client.ReadyAsync(create);
    }
}

[Trait("Category", "Engine")]
public sealed class BuildsOnSqlite(TestServers servers) : BuildTests(servers.SqliteWorker);

[Trait("Category", "Engine")]
public sealed class BuildsOnPostgreSql(TestServers servers) : BuildTests(servers.PostgreSqlWorker);
