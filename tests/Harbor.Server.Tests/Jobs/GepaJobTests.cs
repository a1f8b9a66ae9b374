using System.Net;
using System.Text.Json.Nodes;
using Harbor.Deployments;
using Harbor.FakeLlm;
using Harbor.Optimization;
using Harbor.Optimization.Configuration;
using Harbor.Server.Database;
using Harbor.Server.Tests.Commands;
using Harbor.Server.Tests.Processes;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Tests.Jobs;

/// <summary>Optimisations by the real program, which is also killed, on a task app over HTTP.</summary>
public sealed class GepaJobTests(TestServers servers) : IAsyncLifetime
{
    private const string Prefix = "learning.policy.gepa.";

    private readonly string _folder = Directory.CreateTempSubdirectory("harbor-gepa-").FullName;
    private readonly RuleTaskApp _app = new();
    private FakeEndpoint _endpoint = null!;
    private ServerProcess _server = null!;
    private HttpClient _client = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _endpoint = await FakeEndpoint.StartAsync(RuleTaskApp.Script, "http://127.0.0.1:0", Ct);
        await _app.StartAsync(Ct);
        await File.WriteAllTextAsync(Path.Combine(_folder, "settings.json"), """{"Jobs":{"AllowPrivateTaskApps":true}}""", Ct);
        await File.WriteAllTextAsync(Path.Combine(_folder, "providers.yaml"), $$"""
            providers:
              openai:
                kind: openai
                base_url: {{_endpoint.Url}}/v1
                key: env:HARBOR_TEST_KEY
                prices:
                  gpt-fake: {input: 2, output: 10}
            """, Ct);
        await StartAsync(database: null);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        await _app.DisposeAsync();
        await _endpoint.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_job_whose_server_is_killed_goes_on_by_itself_and_its_readers_miss_and_repeat_nothing(bool isOnPostgreSql)
    {
        if (isOnPostgreSql)
        {
            _client.Dispose();
            await _server.DisposeAsync();
            await StartAsync(await servers.Cluster.NewDatabaseAsync());
        }

        var reached = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        _app.Before = async count =>
        {
            if (count == 14)
            {
                reached.SetResult();
                await goOn.Task;
            }
        };
        var job = Job();
        var id = await job.SubmitAsync(Ct);
        await reached.Task.WaitAsync(TimeSpan.FromMinutes(2), Ct);
        var before = (await _client.GetJsonAsync($"/api/jobs/{id}/events?limit=1000"))["events"]!.AsArray();
        await _server.KillAsync(Ct);
        goOn.SetResult();
        _client.Dispose();
        _client = await _server.StartAsync(Ct);
        job = PromptLearningJob.FromJobId(id, Connection());

        var result = await job.PollUntilCompleteAsync(TimeSpan.FromMinutes(5), TimeSpan.FromMilliseconds(200), ct: Ct);
        var rest = new List<string>();
        await foreach (var item in job.EventsAsync(before.Count, Ct))
        {
            Assert.Equal(before.Count + rest.Count + 1, item.Seq);
            rest.Add(item.Type[Prefix.Length..]);
        }

        Assert.Equal(PromptLearningStatuses.Succeeded, result.Status);
        Assert.Equal((0.5, 1.0), (result.BaselineReward, result.MeanReward));
        Assert.Contains(RuleTaskApp.Rule(2), result.GetSystemPrompt(), StringComparison.Ordinal);
        Assert.Equal("job.started", $"{before[0]!["type"]}"[Prefix.Length..]);
        Assert.Equal("job.completed", rest[^1]);
        Assert.Equal(1, before.Select(item => $"{item!["type"]}"[Prefix.Length..]).Concat(rest).Count(type => type == "baseline"));
        var story = await job.GetStoryAsync(Ct);
        Assert.Equal((1.0, "score of 1.0"), (story.Candidates[story.Best].Mean, story.StopReason));
        using var user = new HarborUser(Connection().BackendUrl, _client.DefaultRequestHeaders.Authorization!.Parameter);
        Assert.Contains("baseline 0.5000, best 1.0000", await user.ExpectAsync(0, "gepa", "show", id), StringComparison.Ordinal);
        var summary = await _client.GetJsonAsync($"/api/jobs/{id}/artifacts/summary.json");
        Assert.InRange(_app.Rollouts, (int)summary["rollouts"]!, (int)summary["rollouts"]! + 3); // Only what ran at that moment.
    }

    [Fact]
    public async Task A_job_is_paused_resumed_and_cancelled_and_both_generations_of_routes_know_it()
    {
        PromptLearningJob job = null!;
        var isSubmitted = new TaskCompletionSource();
        _app.Before = async count =>
        {
            if (count == 8)
            {
                await isSubmitted.Task;
                await job.PauseAsync("look at it", Ct);
            }
        };
        job = Job();
        var id = await job.SubmitAsync(Ct);
        isSubmitted.SetResult();
        var types = new List<string>();
        await foreach (var item in job.EventsAsync(0, Ct))
        {
            types.Add(item.Type[Prefix.Length..]);
        }

        Assert.Equal("job.paused", types[^1]);
        Assert.Equal("paused", $"{(await _client.GetJsonAsync($"/api/prompt-learning/online/jobs/{id}"))["status"]}");
        await job.ResumeAsync(ct: Ct);
        var result = await job.PollUntilCompleteAsync(TimeSpan.FromMinutes(5), TimeSpan.FromMilliseconds(200), ct: Ct);
        Assert.Equal(1.0, result.MeanReward);
        var older = await _client.GetJsonAsync($"/api/policy-optimization/online/jobs/{id}/events?since_seq={types.Count}");
        Assert.Equal(types.Count + 1, (int)older["events"]![0]!["seq"]!);
        Assert.Subset(
            older["events"]!.AsArray().Select(item => $"{item!["type"]}"[Prefix.Length..]).ToHashSet(),
            new HashSet<string> { "usage.recorded", "throughput", "termination.triggered", "job.completed" });
        await AssertArtifactsAsync(id);
        var snapshot = await _client.GetJsonAsync($"/api/jobs/{id}/snapshots/0");
        Assert.Equal("You follow rules.", $"{snapshot["messages"]![0]!["content"]}");
        Assert.Equal("baseline", $"{snapshot["phase"]}");

        _app.Before = _ => Task.Delay(200, Ct);
        var second = Job();
        var other = await second.SubmitAsync(Ct);
        await second.CancelAsync("enough", Ct);
        var cancelled = await second.PollUntilCompleteAsync(TimeSpan.FromMinutes(5), TimeSpan.FromMilliseconds(200), ct: Ct);
        Assert.Equal(PromptLearningStatuses.Cancelled, cancelled.Status);
        Assert.Null(cancelled.Error);
        Assert.Equal([other, id], (await _client.GetJsonAsync("/api/jobs")).AsArray().Select(row => $"{row!["job_id"]}"));
    }

    [Fact]
    public async Task A_fault_of_the_server_fails_the_job_once_and_the_server_goes_on()
    {
        PromptLearningJob job = null!;
        var isSubmitted = new TaskCompletionSource();
        _app.Before = async _ =>
        {
            await isSubmitted.Task;
            await job.PauseAsync("to break it", Ct);
        };
        job = Job();
        var id = await job.SubmitAsync(Ct);
        isSubmitted.SetResult();
        await _client.UntilAsync($"/api/jobs/{id}", answer => answer.Text("status") == "paused");
        await using (var db = new Databases(DatabaseUrl.File(_folder)).Open())
        {
            await db.GepaJobs.ExecuteUpdateAsync(set => set.SetProperty(row => row.Start, "[ this is no candidate"), Ct);
        }

        await job.ResumeAsync(ct: Ct);
        var result = await job.PollUntilCompleteAsync(TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(200), ct: Ct);

        Assert.Equal(PromptLearningStatuses.Failed, result.Status);
        Assert.StartsWith("a fault of the server (Json", result.Error, StringComparison.Ordinal);
        Assert.Single((await _client.GetJsonAsync($"/api/jobs/{id}/events?limit=1000"))["events"]!.AsArray(),
            item => $"{item!["type"]}" == Prefix + "job.failed");
    }

    [Fact]
    public async Task What_is_wrong_with_a_job_is_refused_before_it_begins()
    {
        using var wrong = await _client.PostAsync("/api/jobs/gepa", new StringContent(
            """{"algorithm":"gepa","config_body":{"prompt_learning":{"task_app_url":"http://127.0.0.1:9","gepa":{}}}}""",
            System.Text.Encoding.UTF8, "application/json"), Ct);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        Assert.Contains("budget", await wrong.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);

        var unknown = new PromptLearningJob(
            PromptLearningConfig.FromToml(_app.Toml.Replace(
                "{ model = \"gpt-fake\", provider = \"openai\" }", "{ model = \"other-fake\" }", StringComparison.Ordinal)), Connection());
        var error = await Assert.ThrowsAsync<HarborApiException>(() => unknown.SubmitAsync(Ct));
        Assert.Equal(422, error.StatusCode);
        Assert.Equal(0, _app.Rollouts);
    }

    private async Task StartAsync(string? database)
    {
        _server = new ServerProcess(_folder, database, "--no-worker") { Variables = ["HARBOR_TEST_KEY=sk-test-0123456789"] };
        _client = await _server.StartAsync(Ct);
    }

    private async Task AssertArtifactsAsync(string id)
    {
        var listed = (await _client.GetJsonAsync($"/api/jobs/{id}/artifacts"))["artifacts"]!.AsArray().Select(one => $"{one!["name"]}");
        var texts = new Dictionary<string, string>();
        foreach (var name in listed)
        {
            texts[name] = await _client.GetStringAsync($"/api/jobs/{id}/artifacts/{name}", Ct);
        }

        Assert.StartsWith("best reward      1 (candidate ", texts["summary.txt"], StringComparison.Ordinal);
        Assert.Contains(RuleTaskApp.Rule(2), texts["summary.txt"], StringComparison.Ordinal);
        var best = (int)JsonNode.Parse(texts["summary.json"])!["best_candidate"]!;
        var history = JsonNode.Parse(texts["pareto_history.json"])!.AsArray();
        Assert.Equal((0.5, 1.0), ((double)history[0]!["best_score"]!, (double)history[^1]!["best_score"]!));
        Assert.Contains(best, history[^1]!["frontier"]!.AsArray().Select(index => (int)index!));
        var seeds = JsonNode.Parse(texts["seed_analysis.json"])!.AsArray();
        Assert.All(seeds, seed => Assert.Equal(1.0, (double)seed!["best"]!));
        Assert.All(seeds, seed => Assert.Contains(best, seed!["best_candidates"]!.AsArray().Select(index => (int)index!)));
        var events = JsonNode.Parse(texts["raw_events.json"])!["events"]!.AsArray();
        Assert.Equal(Enumerable.Range(1, events.Count), events.Select(item => (int)item!["seq"]!));
        AssertFronts(events, best);
    }

    /// <summary>Each event of the front follows from the one before it, by what was added and removed.</summary>
    private static void AssertFronts(JsonArray events, int best)
    {
        HashSet<int> front = [0]; // The seed, before the first event.
        JsonNode? last = null;
        foreach (var item in events.Where(item => $"{item!["type"]}" == Prefix + "frontier.updated"))
        {
            last = item!["data"]!;
            front.ExceptWith(last["removed"]!.AsArray().Select(index => (int)index!));
            front.UnionWith(last["added"]!.AsArray().Select(index => (int)index!));
            Assert.Equal(last["frontier"]!.AsArray().Select(index => (int)index!).Order(), front.Order());
            Assert.Equal(front.Count, last["frontier_scores"]!.AsObject().Count);
        }

        Assert.Equal(1.0, (double)last!["frontier_scores"]![$"{best}"]!);
    }

    private PromptLearningJob Job() => new(PromptLearningConfig.FromToml(_app.Toml), Connection());

    private HarborConnection Connection() => new(
        _client.BaseAddress!.ToString().TrimEnd('/'), _client.DefaultRequestHeaders.Authorization!.Parameter);
}
