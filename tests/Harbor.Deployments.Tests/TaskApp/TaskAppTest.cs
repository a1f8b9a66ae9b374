using System.Text.Json.Nodes;
using Harbor.Deployments.Wire;
using Microsoft.AspNetCore.Builder;

namespace Harbor.Deployments.Tests.TaskApp;

/// <summary>Serves task apps for a test. Keys are variables of the process, so that such tests run one after another.</summary>
public abstract class TaskAppTest : IAsyncDisposable
{
    private static readonly string[] Variables = ["ENVIRONMENT_API_KEY", "ENVIRONMENT_API_KEY_ALIASES", "DEV_ENVIRONMENT_API_KEY"];
    private protected readonly List<WebApplication> Apps = [];
    private protected readonly HttpClient Http = new();

    protected TaskAppTest() => Environment.SetEnvironmentVariable("ENVIRONMENT_API_KEY", "secret-key");

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Array.ForEach(Variables, name => Environment.SetEnvironmentVariable(name, null));
        foreach (var app in Apps)
        {
            await app.DisposeAsync();
        }

        Http.Dispose();
    }

    private protected static LocalApiConfig Config(RolloutHandler? rollout = null, bool requireApiKey = true) => new()
    {
        AppId = "bench",
        Name = "Bench",
        Description = "Tests of a bench.",
        BaseTaskInfo = new() { Task = new() { Version = "1.0" }, Dataset = new() { Id = "set" }, Limits = new() { MaxTurns = 3 } },
        Rubrics = new JsonObject { ["outcome"] = "x" },
        RequireApiKey = requireApiKey,
        ProvideTasksetDescription = _ => Task.FromResult(new JsonObject { ["id"] = "bench", ["size"] = 24 }),
        ProvideTaskInstances = (seeds, _) => Task.FromResult<IReadOnlyList<TaskInfo>>(
            [.. seeds.Select(seed => new TaskInfo { Task = new() { Id = $"task-{seed}" }, TaskMetadata = new() { ["seed"] = seed } })]),
        Rollout = rollout ?? ((request, _) => Task.FromResult(
            new RolloutResponse { RewardInfo = new() { OutcomeReward = request.Env!.Seed / 10.0 } })),
    };

    private protected async Task<string> ServeAsync(LocalApiConfig config)
    {
        var app = LocalApi.CreateLocalApi(config, "--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=None");
        Apps.Add(app);
        await app.StartAsync();
        return app.Urls.Single();
    }

    private protected Task<HttpResponseMessage> GetAsync(string url, string key = "secret-key") => Http.SendAsync(
        new(HttpMethod.Get, url) { Headers = { { "X-API-Key", key } } });

    private protected async Task<string> TextAsync(string url) => await (await GetAsync(url)).Content.ReadAsStringAsync();

    private protected Task<HttpResponseMessage> PostAsync(string url, string body) => Http.SendAsync(
        new(HttpMethod.Post, url) { Headers = { { "X-API-Key", "secret-key" } }, Content = new StringContent(body) });

    private protected async Task<JsonNode> RolloutAsync(string url, string body) =>
        JsonNode.Parse(await (await PostAsync(url + "/rollout", body)).Content.ReadAsStringAsync())!;
}
