using Harbor.Deployments;
using Harbor.Deployments.Wire;
using Harbor.FakeLlm;
using Harbor.Optimization.Configuration;
using Harbor.Optimization.Doubles;
using Harbor.Optimization.Events;
using Harbor.Optimization.Providers;

namespace Harbor.Optimization.Jobs;

public sealed class LocalJobTests : IAsyncLifetime
{
    private const int Rules = 3;
    private const string Toml = """
        [prompt_learning]
        env_name = "rules"
        env_config = { level = 2 }
        policy = { model = "fake-1", provider = "openai", config = { agent = "a" } }
        initial_prompt = { messages = [
          { role = "system", pattern = "You follow rules." }, { role = "user", pattern = "{task}" } ], wildcards = { task = "REQUIRED" } }
        [prompt_learning.gepa]
        rollout = { budget = 60, minibatch_size = 3 }
        evaluation = { seeds = { start = 0, end = 6 } }
        archive = { pareto_set_size = 3 }
        search = { sampling = "single", score_threshold = 1.0 }
        proposer = { model = "fake-1", provider = "openai" }
        """;

    private readonly string folder = Path.Combine(Path.GetTempPath(), $"gepa-{Guid.NewGuid():N}");
    private readonly RuleTaskApp app = new(Rules);
    private FakeEndpoint endpoint = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => endpoint = await FakeEndpoint.StartAsync(app.Script, "http://127.0.0.1:0", Ct);

    public async ValueTask DisposeAsync()
    {
        await endpoint.DisposeAsync();
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Without_a_server_a_prompt_climbs_to_what_its_rollouts_ask_for()
    {
        using var model = Model();

        var result = await Job(app).RunLocallyAsync(new LocalRun { Model = model }, Ct);

        Assert.Equal(PromptLearningStatuses.Succeeded, result.Status);
        Assert.Equal((0.5, 1.0, 1.0), (result.BaselineReward, result.MeanReward, result.Coverage));
        Assert.All(Enumerable.Range(0, Rules), rule =>
            Assert.Contains(RuleTaskApp.Rule(rule), result.GetSystemPrompt(), StringComparison.Ordinal));
        Assert.Equal("{task}", result.BestCandidate!["1.user"]);
        Assert.Equal("score of 1.0", result.StopReason);
        Assert.InRange(result.CandidatesEvaluated, Rules + 1, 20);
        var request = app.Requests.First();
        Assert.Equal(("rules", "fake-1", "a", 512), (request.Env!.EnvName, (string?)request.Policy!.Config["model"],
            (string?)request.Policy.Config["agent"], (int?)request.Policy.Config["max_completion_tokens"]));
        Assert.Equal(2, (int)request.Env.Config["level"]!);
        Assert.Equal(app.Requests.Count, app.Requests.Select(sent => sent.TraceCorrelationId).Distinct().Count());
    }

    [Fact]
    public async Task A_job_that_is_paused_goes_on_where_it_was_and_pays_nothing_twice()
    {
        using var model = Model();
        var whole = await Job(app).RunLocallyAsync(new LocalRun { Model = model }, Ct);
        var (asked, ran) = (endpoint.Bodies.Count, app.Requests.Count);

        using var pause = new CancellationTokenSource();
        var parts = new RuleTaskApp(Rules)
        {
            Instead = request =>
            {
                if (request.TraceCorrelationId!.Contains("-3-", StringComparison.Ordinal))
                {
                    pause.Cancel();
                }

                return null;
            },
        };
        var paused = await Job(parts).RunLocallyAsync(new LocalRun { Model = model, Folder = folder, Pause = pause.Token }, Ct);
        var resumed = await Job(parts).RunLocallyAsync(new LocalRun { Model = model, Folder = folder }, Ct);

        Assert.Equal((PromptLearningStatuses.Paused, 0.5), (paused.Status, paused.BaselineReward));
        Assert.Equal(whole with { BestCandidate = null }, resumed with { BestCandidate = null });
        Assert.Equal(whole.BestCandidate, resumed.BestCandidate);
        Assert.Equal((2 * asked, ran), (endpoint.Bodies.Count, parts.Requests.Count));
    }

    [Fact]
    public async Task A_rollout_without_a_reward_or_whose_platform_failed_has_no_score()
    {
        using var model = Model();
        var failing = new RuleTaskApp(Rules)
        {
            Instead = request => request.Env!.Seed switch
            {
                0 => new RolloutResponse { RewardInfo = new RewardInfo { Details = new() { ["scored"] = false } }, Error = "lost" },
                1 => throw new HarborExecutionException("the engine was lost"),
                _ => null,
            },
        };
        var told = new List<GepaEvent>();

        var result = await Job(failing, Toml.Replace("budget = 60", "budget = 9", StringComparison.Ordinal)
            .Replace("score_threshold = 1.0", "retries = 0", StringComparison.Ordinal)).RunLocallyAsync(
                new LocalRun { Model = model, Observers = [new Listener(told.Add)] }, Ct);

        var first = told.OfType<ValsetEvaluated>().First();
        Assert.Equal([null, null, 0.5], first.Scores);
        Assert.Equal(0.5, result.BaselineReward);
        Assert.Equal(1.0 / 3, result.Coverage);
    }

    [Fact]
    public async Task What_a_job_lacks_is_said_before_a_rollout_is_spent()
    {
        var nowhere = await Assert.ThrowsAsync<ConfigException>(() => new PromptLearningJob(PromptLearningConfig.FromToml(Toml))
            .RunLocallyAsync(ct: Ct));
        Assert.Contains("Nothing says where rollouts run", nowhere.Message, StringComparison.Ordinal);

        var job = Job(app, Toml.Replace("proposer = { model = \"fake-1\", provider = \"openai\" }", "", StringComparison.Ordinal));
        var modelless = await Assert.ThrowsAsync<ReflectionException>(() => job.RunLocallyAsync(ct: Ct));
        Assert.Contains("gepa.proposer.model", modelless.Message, StringComparison.Ordinal);
        Assert.Empty(app.Requests);
    }

    private static PromptLearningJob Job(RuleTaskApp app, string toml = Toml)
    {
        var config = PromptLearningConfig.FromToml(toml);
        config.TaskAppConfig = app.Config;
        return new PromptLearningJob(config);
    }

    private ProviderModel Model() => new(new ReflectionProvider
    {
        Wire = ReflectionWire.OpenAi,
        BaseUrl = endpoint.Url,
        ApiKey = "sk-test",
        Model = "fake-1",
    });
}
