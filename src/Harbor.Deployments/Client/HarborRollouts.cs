using Harbor.Deployments.Wire;

namespace Harbor.Deployments;

/// <summary>Rollouts by their ids: start, look at, stop. <see cref="HarborExecutionBackend"/> waits for the reward as well.</summary>
/// <param name="connection">Null resolves URL and key as <see cref="HarborConnection"/> says.</param>
public sealed class HarborRollouts(HarborConnection? connection = null)
{
    private const string Root = "/api/harbor/rollouts";

    private readonly HarborApi _api = new(connection ?? new HarborConnection());

    /// <summary>Puts a rollout into the queue.</summary>
    /// <param name="deployment">Id or name.</param>
    public Task<RolloutAccepted> SubmitAsync(string deployment, RolloutRequest request, CancellationToken ct = default) => _api.PostAsync(
        $"/api/harbor/deployments/{HarborApi.Part(deployment)}/rollouts", request, HarborJson.Default.RolloutRequest,
        HarborJson.Default.RolloutAccepted, ct);

    /// <param name="waitSeconds">0-60: answers when it has ended, at the latest then.</param>
    public Task<HarborRollout> GetAsync(string rolloutId, int waitSeconds = 0, CancellationToken ct = default) =>
        _api.GetAsync(Path(rolloutId) + HarborApi.Query(("wait", waitSeconds)), HarborJson.Default.HarborRollout, ct);

    /// <summary>One page, newest first.</summary>
    public Task<RolloutList> ListAsync(
        string? deployment = null, string? status = null, string? jobId = null, int? limit = null, long? offset = null,
        CancellationToken ct = default) => _api.GetAsync(
            Root + HarborApi.Query(
                ("deployment", deployment), ("status", status), ("job_id", jobId), ("limit", limit), ("offset", offset)),
            HarborJson.Default.RolloutList, ct);

    /// <param name="stream"><c>stdout</c>, <c>stderr</c>, or null for both.</param>
    public async Task<string> GetLogsAsync(string rolloutId, string? stream = null, CancellationToken ct = default)
    {
        using var response = await _api.SendAsync(
            HttpMethod.Get, Path(rolloutId, "/logs" + HarborApi.Query(("stream", stream))), content: null, idempotencyKey: null, ct);
        return await response.Content.ReadAsStringAsync(ct);
    }

    /// <summary>The log as it grows, until the rollout has ended.</summary>
    /// <param name="stream"><inheritdoc cref="GetLogsAsync" path="/param[@name='stream']"/></param>
    public IAsyncEnumerable<string> FollowLogsAsync(string rolloutId, string? stream = null, CancellationToken ct = default) =>
        new EventStream(_api, Path(rolloutId, "/logs" + HarborApi.Query(("stream", stream), ("follow", "true")))).LogAsync(ct);

    public Task<ArtifactList> GetArtifactsAsync(string rolloutId, CancellationToken ct = default) =>
        _api.GetAsync(Path(rolloutId, "/artifacts"), HarborJson.Default.ArtifactList, ct);

    /// <summary>Writes an artifact's content to a stream.</summary>
    public async Task DownloadArtifactAsync(string rolloutId, string artifactId, Stream destination, CancellationToken ct = default)
    {
        using var response = await _api.SendAsync(
            HttpMethod.Get, Path(rolloutId, "/artifacts/" + HarborApi.Part(artifactId)), content: null, idempotencyKey: null, ct);
        await response.Content.CopyToAsync(destination, ct);
    }

    /// <summary>The LLM calls.</summary>
    public Task<RolloutTrace> GetTraceAsync(string rolloutId, CancellationToken ct = default) =>
        _api.GetAsync(Path(rolloutId, "/trace"), HarborJson.Default.RolloutTrace, ct);

    public Task<HarborRollout> CancelAsync(string rolloutId, string? reason = null, CancellationToken ct = default) => _api.PostAsync(
        Path(rolloutId, "/cancel"), new CancelRequest { Reason = reason }, HarborJson.Default.CancelRequest,
        HarborJson.Default.HarborRollout, ct);

    /// <summary>Grades a kept snapshot again, without the agent. The older score stays.</summary>
    public Task<HarborRollout> RescoreAsync(string rolloutId, RescoreRequest? request = null, CancellationToken ct = default) =>
        _api.PostAsync(
            Path(rolloutId, "/rescore"), request ?? new RescoreRequest(), HarborJson.Default.RescoreRequest,
            HarborJson.Default.HarborRollout, ct);

    private static string Path(string rollout, string rest = "") => $"{Root}/{HarborApi.Part(rollout)}{rest}";
}
