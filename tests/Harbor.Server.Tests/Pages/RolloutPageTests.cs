using System.Diagnostics;
using System.Net;
using Harbor.Server.Builds;
using Harbor.Server.Interceptor;
using Harbor.Server.Rollouts;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Tests.Pages;

public abstract class RolloutPageTests(TestServer server)
{
    private const string Hostile = "<script>document.title='taken'</script>\u001b[1;31mred\u001b[0m\u001b]0;title\u0007\b\u202ereversed\0";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_rollout_shows_logs_attempts_artifacts_and_every_call_with_tokens_and_cost()
    {
        var key = await NewKeyAsync();
        using var visitor = await Visitor.SignedInAsync(server, key);
        await using var db = await server.OpenAsync();
        var row = await db.RolloutAsync(await db.DeploymentAsync(await db.OrganisationAsync(key)), made =>
        {
            made.Attempts = 2;
            made.Attempted = """[{"kind":"engine_lost","error":"the engine went away"}]""";
            made.Details = """{"task_id":"ablative_shell"}""";
        });
        db.Artifacts.Add(new Artifact
        {
            Id = Guid.CreateVersion7(),
            RolloutId = row.Id,
            Fence = 1,
            Path = "/logs/artifacts/patch.diff",
            Type = "file",
            Size = 12,
            Status = "stored",
        });
        db.ModelCalls.AddRange(Call(row, 200, 1_500_000), Call(row, 502, null, "provider_error"));
        await db.SaveChangesAsync(Ct);
        var logs = await server.ServiceAsync<BuildLogs>();
        await File.WriteAllTextAsync(logs.File(row.Id, 2, "stdout"), "second try\n", Ct);
        await File.WriteAllTextAsync(logs.File(row.Id, 1, "stderr"), "first try\n", Ct);

        var text = Visitor.Text(await visitor.PageAsync($"/rollouts/{row.Id}"));

        Assert.Contains("reward 1.0000", text, StringComparison.Ordinal);
        Assert.Contains("second try", text, StringComparison.Ordinal);
        Assert.DoesNotContain("first try", text, StringComparison.Ordinal);
        Assert.Contains("engine_lost", text, StringComparison.Ordinal);
        Assert.Contains("/logs/artifacts/patch.diff file 12 B stored", text, StringComparison.Ordinal);
        Assert.Contains("2 calls, 2,000 tokens in (200 of them cached), 600 out, $0.0015 at least", text, StringComparison.Ordinal);
        Assert.Contains("ablative_shell", text, StringComparison.Ordinal);
        Assert.Contains("first try", await visitor.PageAsync($"/rollouts/{row.Id}?attempt=1"), StringComparison.Ordinal);
        var call = Visitor.Text(await visitor.PageAsync($"/rollouts/{row.Id}/calls/1"));
        Assert.Contains("\"role\": \"user\"", call, StringComparison.Ordinal);
        Assert.Contains("1,000 tokens in, 300 out, $0.0015", call, StringComparison.Ordinal);
        await visitor.PageAsync($"/rollouts/{row.Id}/calls/3", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task What_a_sandbox_wrote_is_text_wherever_it_stands()
    {
        const string name = "<script>document.title='named'</script>";
        var key = (await server.KeysAsync("create", "--name", name, "--organisation", $"<b>{Guid.NewGuid():N}")).Trim();
        using var visitor = await Visitor.SignedInAsync(server, key);
        await using var db = await server.OpenAsync();
        var text = server is PostgreSqlServer ? Hostile.Replace("\0", "", StringComparison.Ordinal) : Hostile;
        var deployment = await db.DeploymentAsync(await db.OrganisationAsync(key), change: made => made.Description = text);
        var row = await db.RolloutAsync(deployment, made => made.Error = text, RolloutState.Failed, reward: null);
        db.Artifacts.Add(new Artifact
        {
            Id = Guid.CreateVersion7(),
            RolloutId = row.Id,
            Fence = 1,
            Path = $"/\"onload=\"x{text}",
            Type = "file",
            Status = "stored",
        });
        var call = Call(row, 200, null, model: text);
        call.Response = text;
        db.ModelCalls.Add(call);
        await db.SaveChangesAsync(Ct);
        var logs = await server.ServiceAsync<BuildLogs>();
        await File.WriteAllTextAsync(logs.File(row.Id, 1, "stdout"), Hostile + new string('x', 200_000), Ct);
        await File.WriteAllBytesAsync(logs.File(row.Id, 1, "stderr"), [0xff, 0xfe, 0x00, (byte)'<', (byte)'b', (byte)'>'], Ct);

        foreach (var path in new[] { $"/deployments/{deployment.Id}", $"/rollouts/{row.Id}", $"/rollouts/{row.Id}/calls/1" })
        {
            var html = await visitor.PageAsync(path);
            Assert.DoesNotContain("<script>document", html, StringComparison.Ordinal);
            Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
            Assert.Contains("&lt;script&gt;", html, StringComparison.Ordinal);
            Assert.DoesNotContain('\u001b', html);
            Assert.DoesNotContain('\u202e', WebUtility.HtmlDecode(html));
            Assert.DoesNotContain("\"onload=\"", html, StringComparison.Ordinal);
        }

        var whole = await visitor.Client.GetAsync($"/rollouts/{row.Id}/log/1/stdout", Ct);
        Assert.Equal("text/plain", whole.Content.Headers.ContentType!.MediaType);
        Assert.Equal("nosniff", Assert.Single(whole.Headers.GetValues("X-Content-Type-Options")));
    }

    [Fact]
    public async Task A_reader_sees_no_button_and_who_may_cancels()
    {
        var organisation = $"o{Guid.NewGuid():N}";
        var key = await server.NewKeyAsync("read,run", organisation);
        using var visitor = await Visitor.SignedInAsync(server, key);
        using var reader = await Visitor.SignedInAsync(server, await server.NewKeyAsync("read", organisation));
        await using var db = await server.OpenAsync();
        var deployment = await db.DeploymentAsync(await db.OrganisationAsync(key));
        var row = await db.RolloutAsync(deployment, state: RolloutState.Running, reward: null);
        var (path, cancel) = ($"/rollouts/{row.Id}", $"/rollouts/{row.Id}/cancel");

        var seen = await reader.PageAsync(path);
        Assert.DoesNotContain(cancel, seen, StringComparison.Ordinal);
        Assert.Contains("data-live=\"2\"", seen, StringComparison.Ordinal);
        using var refused = await reader.PostAsync(cancel, ("form_token", Visitor.Field(seen, "form_token")));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.False(await db.Rollouts.Where(one => one.Id == row.Id).Select(one => one.CancelRequested).SingleAsync(Ct));
        using var done = await visitor.PressAsync(path, cancel);

        Assert.Equal(path, $"{done.Headers.Location}");
        Assert.True(await db.Rollouts.Where(one => one.Id == row.Id).Select(one => one.CancelRequested).SingleAsync(Ct));
    }

    [Fact]
    public async Task Where_nobody_can_grade_the_button_says_so_on_a_page()
    {
        var key = await NewKeyAsync();
        using var visitor = await Visitor.SignedInAsync(server, key);
        await using var db = await server.OpenAsync();
        var row = await db.RolloutAsync(
            await db.DeploymentAsync(await db.OrganisationAsync(key)), made => made.KeptSnapshotId = "sha256:2");

        using var answer = await visitor.PressAsync($"/rollouts/{row.Id}", $"/rollouts/{row.Id}/rescore");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("has no worker of its own that could grade",
            Visitor.Text(await answer.Content.ReadAsStringAsync(Ct)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hundred_thousand_rollouts_are_paged_in_both_directions_and_filtered()
    {
        var key = await NewKeyAsync();
        using var visitor = await Visitor.SignedInAsync(server, key);
        await using var db = await server.OpenAsync();
        var deployment = await db.DeploymentAsync(await db.OrganisationAsync(key));
        await db.RolloutsAsync(deployment, 100_000);
        await db.Rollouts.Where(row => row.DeploymentId == deployment.Id && (row.Seed == 3 || row.Seed == 7))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.State, RolloutState.Failed), Ct);

        var watch = Stopwatch.StartNew();
        var first = await visitor.PageAsync("/rollouts");
        var second = await visitor.PageAsync(Link(first, "next"));
        var back = await visitor.PageAsync(Link(second, "prev"));
        var last = await visitor.PageAsync($"/rollouts?after={Guid.Empty}");
        var failed = await visitor.PageAsync($"/rollouts?deployment={deployment.Id}&status=failed");
        watch.Stop();

        Assert.Contains("100,000 in all", Visitor.Text(first), StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(99_950, 50).Reverse(), Seeds(first));
        Assert.Equal(Enumerable.Range(99_900, 50).Reverse(), Seeds(second));
        Assert.Equal(Seeds(first), Seeds(back));
        Assert.Equal(Enumerable.Range(0, 50).Reverse(), Seeds(last));
        Assert.Equal([7, 3], Seeds(failed));
        TestContext.Current.SendDiagnosticMessage($"five pages of 100,000 rollouts: {watch.ElapsedMilliseconds} ms");
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed}"); // Far beyond what it takes on a busy machine.
    }

    private Task<string> NewKeyAsync() => server.NewKeyAsync(organisation: $"o{Guid.NewGuid():N}");

    private static string Link(string page, string rel)
    {
        var from = page.IndexOf($"rel=\"{rel}\" href=\"", StringComparison.Ordinal) + $"rel=\"{rel}\" href=\"".Length;
        return WebUtility.HtmlDecode(page[from..page.IndexOf('"', from)]);
    }

    private static IEnumerable<int> Seeds(string page) => page.Split("<tr>").Skip(2)
        .Select(row => int.Parse(row.Split("<td class=\"n\">")[1].Split('<')[0], null));

    private static ModelCall Call(Rollout row, int status, long? nano, string? error = null, string model = "gpt-fake") => new()
    {
        Id = Guid.CreateVersion7(row.CreatedAt.AddSeconds(status)),
        RolloutId = row.Id,
        Attempt = 1,
        Wire = "chat/completions",
        Provider = "openai",
        RequestedModel = model,
        Model = model,
        StartedAt = row.CreatedAt,
        DurationMs = 1200,
        Status = status,
        Error = error,
        InputTokens = 1000,
        CachedTokens = 100,
        OutputTokens = 300,
        CostNano = nano,
        Request = """{"messages":[{"role":"user","content":"hello"}]}""",
    };
}

public sealed class RolloutPagesOnSqlite(TestServers servers) : RolloutPageTests(servers.Sqlite);

[Trait("Category", "Engine")]
public sealed class RolloutPagesOnPostgreSql(TestServers servers) : RolloutPageTests(servers.PostgreSql);
