using System.Text.Json;
using System.Text.Json.Nodes;
using Harbor.Deployments.Wire;

namespace Harbor.Deployments;

/// <summary>A task app over HTTP.</summary>
internal sealed class HttpTaskApp : ITaskAppClient
{
    private readonly HarborApi _api;
    private readonly HarborApi _rollouts;
    private readonly string _url;

    public HttpTaskApp(string url, string? apiKey, TimeSpan timeout)
    {
        var key = apiKey ?? Environment.GetEnvironmentVariable("ENVIRONMENT_API_KEY")
            ?? Environment.GetEnvironmentVariable("DEV_ENVIRONMENT_API_KEY");
        _url = url.TrimEnd('/');
        var connection = new HarborConnection(_url, key ?? "none");
        _api = new HarborApi(connection) { SendsKeyHeader = true };
        _rollouts = new HarborApi(connection) { SendsKeyHeader = true, Timeout = timeout };
    }

    public Task<TaskAppHealth> HealthAsync(CancellationToken ct) => _api.GetAsync(_url + "/health", HarborJson.Default.TaskAppHealth, ct);

    public Task<TaskAppInfo> InfoAsync(CancellationToken ct) => _api.GetAsync(_url + "/info", HarborJson.Default.TaskAppInfo, ct);

    public async Task<JsonObject> TasksetAsync(CancellationToken ct) =>
        (await _api.GetAsync(_url + "/task_info", HarborJson.Default.TasksetAnswer, ct)).Taskset;

    public async Task<IReadOnlyList<TaskInfo>> TaskInfoAsync(IReadOnlyList<long> seeds, CancellationToken ct)
    {
        var query = HarborApi.Query(seeds.Select(seed => ("seed", (object?)seed)));
        var answer = await _api.GetAsync(_url + "/task_info" + query, HarborJson.Default.JsonElement, ct);
        return answer.ValueKind == JsonValueKind.Array
            ? answer.Deserialize(HarborJson.Default.IReadOnlyListTaskInfo)! : [answer.Deserialize(HarborJson.Default.TaskInfo)!];
    }

    public async Task<RolloutResponse> RolloutAsync(RolloutRequest request, CancellationToken ct)
    {
        var answer = await _rollouts.SendAsync(
            HttpMethod.Post, _url + "/rollout", () => HarborApi.Json(request, HarborJson.Default.RolloutRequest), HarborApi.NewKey(),
            HarborJson.Default.RolloutResponse, ct);
        return answer with { RewardInfo = (answer.RewardInfo ?? new RewardInfo()) with { OutcomeReward = answer.RewardOrNull() } };
    }
}
