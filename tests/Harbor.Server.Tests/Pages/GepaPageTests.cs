using System.Net;
using Harbor.Deployments;
using Harbor.FakeLlm;
using Harbor.Optimization;
using Harbor.Optimization.Configuration;
using Harbor.Server.Tests.Jobs;
using Harbor.Server.Tests.Processes;

namespace Harbor.Server.Tests.Pages;

/// <summary>The pages of a real optimisation by the real program, on a task app over HTTP.</summary>
public sealed class GepaPageTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("harbor-gepa-pages-").FullName;
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
            """, Ct);
        _server = new ServerProcess(_folder, null, "--no-worker") { Variables = ["HARBOR_TEST_KEY=sk-test-0123456789"] };
        _client = await _server.StartAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        await _app.DisposeAsync();
        await _endpoint.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task An_optimisation_is_paused_and_resumed_and_shows_its_lineage_changes_seeds_and_budget()
    {
        var reached = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        _app.Before = async count =>
        {
            if (count == 8)
            {
                reached.SetResult();
                await goOn.Task;
            }
        };
        var key = _client.DefaultRequestHeaders.Authorization!.Parameter!;
        using var visitor = Visitor.Of(_client.BaseAddress!);
        using var signedIn = await visitor.SignInAsync(key);
        var job = new PromptLearningJob(PromptLearningConfig.FromToml(_app.Toml), new HarborConnection($"{_client.BaseAddress}", key));
        var id = await job.SubmitAsync(Ct);
        var path = $"/optimisations/{id}";
        await reached.Task.WaitAsync(TimeSpan.FromMinutes(2), Ct);

        using var paused = await visitor.PressAsync(path, $"{path}/pause");
        Assert.Equal(path, $"{paused.Headers.Location}");
        goOn.SetResult();
        await _client.UntilAsync($"/api/jobs/{id}", status => status.Text("status") == "paused");
        using var resumed = await visitor.PressAsync(path, $"{path}/resume");
        Assert.Equal(HttpStatusCode.SeeOther, resumed.StatusCode);
        var result = await job.PollUntilCompleteAsync(TimeSpan.FromMinutes(5), TimeSpan.FromMilliseconds(200), ct: Ct);
        Assert.Equal(1.0, result.MeanReward);
        var story = await job.GetStoryAsync(Ct);
        var page = await visitor.PageAsync(path);
        var text = Visitor.Text(page);

        Assert.Contains("0.5000 baseline", text, StringComparison.Ordinal);
        Assert.Contains("1.0000 best", text, StringComparison.Ordinal);
        Assert.Contains($"{story.MetricCalls} of 80 rollouts", text, StringComparison.Ordinal);
        Assert.Contains("ended by: score of 1.0", text, StringComparison.Ordinal);
        Assert.Contains($"\u2514 {story.Best} (best)", text, StringComparison.Ordinal);
        Assert.Matches("<path class=\"line\" d=\"M[0-9. LM-]+\"", page);
        Assert.Contains($"From 0.5000 after 3 rollouts to 1.0000 after {story.MetricCalls}", page, StringComparison.Ordinal);
        Assert.DoesNotContain($"{path}/pause", page, StringComparison.Ordinal);
        var changes = await visitor.PageAsync($"{path}/candidates/{story.Best}?against=seed");
        Assert.Contains($"<span class=\"add\">&#x2B;Mind this: {RuleTaskApp.Rule(0)}.", changes, StringComparison.Ordinal);
        foreach (var refusal in Enumerable.Range(0, story.Refusals.Count))
        {
            Assert.Contains(WebUtility.HtmlEncode(story.Refusals[refusal].Reason), page, StringComparison.Ordinal);
            await visitor.PageAsync($"{path}/rejected/{refusal}");
        }

        await visitor.PageAsync($"{path}/candidates/99", HttpStatusCode.NotFound);
        var same = Visitor.Text(await visitor.PageAsync($"{path}/what-if"));
        Assert.Contains("The journal had all that this needed.", same, StringComparison.Ordinal);
        var other = await visitor.PageAsync($"{path}/what-if?acceptance=improvement_or_equal&selector=current_best");
        Assert.Contains("<h1>What if</h1>", other, StringComparison.Ordinal);
        await visitor.PageAsync($"{path}/what-if?selector=best_guess", HttpStatusCode.UnprocessableEntity);
        Assert.Contains($"{path}\"", await visitor.PageAsync("/optimisations"), StringComparison.Ordinal);
    }
}
