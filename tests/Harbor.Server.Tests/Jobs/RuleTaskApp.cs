using System.Text.Json.Nodes;
using Harbor.FakeLlm;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Harbor.Server.Tests.Jobs;

/// <summary>A task app on loopback: each seed has a rule, and its reward is 1 if the system prompt has the rule, else a half.</summary>
internal sealed class RuleTaskApp : IAsyncDisposable
{
    public const int Rules = 3;

    private WebApplication? _app;
    private int _rollouts;

    /// <summary>The model that writes new texts adds the rule that the feedback names.</summary>
    public static FakeScript Script { get; } = new(Enumerable.Range(0, Rules).ToDictionary(
        rule => $"task{rule}", rule => new FakeTask("", "", "", "", Rule(rule))));

    public int Rollouts => Volatile.Read(ref _rollouts);

    public string Url => LastUrl = _app!.Urls.First();

    /// <summary>Where nobody listens any more, after it was disposed.</summary>
    public string LastUrl { get; private set; } = "";

    /// <summary>Before an answer.</summary>
    public Func<int, Task> Before { get; set; } = _ => Task.CompletedTask;

    public string Toml => $$"""
        [prompt_learning]
        task_app_url = "{{Url}}"
        env_name = "rules"
        policy = { model = "fake-1", provider = "openai" }
        initial_prompt = { messages = [ { role = "system", pattern = "You follow rules." }, { role = "user", pattern = "{task}" } ] }
        [prompt_learning.gepa]
        rollout = { budget = 80, minibatch_size = 3 }
        evaluation = { seeds = { start = 0, end = 6 } }
        archive = { pareto_set_size = 3 }
        search = { sampling = "single", score_threshold = 1.0 }
        proposer = { model = "gpt-fake", provider = "openai" }
        """;

    public static string Rule(int rule) => $"rule number {(char)('a' + rule)} holds";

    public async Task StartAsync(CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapGet("/health", http => http.Response.WriteAsync("""{"healthy":true}""", http.RequestAborted));
        _app.MapGet("/task_info", http => http.Response.WriteAsync("[]", http.RequestAborted));
        _app.MapPost("/rollout", AnswerAsync);
        await _app.StartAsync(ct);
    }

    public ValueTask DisposeAsync() => _app?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task AnswerAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var request = JsonNode.Parse(await reader.ReadToEndAsync(http.RequestAborted))!;
        await Before(Interlocked.Increment(ref _rollouts));
        var rule = Rule((int)((long)request["env"]!["seed"]! % Rules));
        var knows = $"{request["prompt_template"]?["sections"]?[0]?["content"]}".Contains(rule, StringComparison.Ordinal);
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(new JsonObject
        {
            ["trace_correlation_id"] = request["trace_correlation_id"]!.DeepClone(),
            ["reward_info"] = new JsonObject
            {
                ["outcome_reward"] = knows ? 1.0 : 0.5,
                ["details"] = knows ? new JsonObject() : new JsonObject { ["failed"] = rule.Replace(' ', '_') },
            },
        }.ToJsonString(), http.RequestAborted);
    }
}
