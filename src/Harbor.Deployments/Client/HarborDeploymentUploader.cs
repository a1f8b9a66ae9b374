using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Harbor.Deployments.Wire;

namespace Harbor.Deployments;

/// <summary>Uploads build specs, starts builds and follows them.</summary>
/// <param name="connection">Null resolves URL and key as <see cref="HarborConnection"/> says.</param>
public sealed class HarborDeploymentUploader(HarborConnection? connection = null)
{
    private const string Root = "/api/harbor/deployments";
    private static readonly TimeSpan UploadTimeout = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    private readonly HarborApi _api = new(connection ?? new HarborConnection());

    /// <summary>Packs the context and creates the deployment; the server builds it. If the server has the context already, only its digest
    /// is sent. The same spec twice gives the same deployment.</summary>
    /// <param name="allowedSecrets">As in <see cref="HarborPackager"/>.</param>
    /// <exception cref="HarborSpecException">The spec or its context is wrong; nothing was sent.</exception>
    /// <exception cref="HarborApiException">Status 409: another deployment has the name; <c>Details.Id</c> is its id.</exception>
    public async Task<HarborDeploymentResult> UploadAsync(
        HarborBuildSpec spec, IReadOnlyList<string>? allowedSecrets = null, CancellationToken ct = default)
    {
        await using var archive = await TemporaryArchive.PackAsync(new HarborPackager(spec, allowedSecrets ?? []), ct);
        var request = spec.ToRequest(await File.ReadAllTextAsync(spec.FindDockerfile()!, ct));
        var deployment = await SendAsync(
            Root, archive, (digest, base64) => request with { ContextDigest = digest, ContextTarBase64 = base64 },
            HarborJson.Default.CreateDeploymentRequest, HarborJson.Default.HarborDeployment, ct);
        var build = deployment.LatestBuild?.Id ?? (await TriggerBuildAsync(deployment.Id, ct: ct)).BuildId;
        return new HarborDeploymentResult
        {
            DeploymentId = deployment.Id,
            BuildId = build,
            Name = deployment.Name ?? deployment.DeploymentName,
            Status = deployment.Status,
            SnapshotId = deployment.SnapshotId,
            Connection = _api.Connection,
        };
    }

    /// <summary>Starts a build: of the spec's context, or of the last one if there is no spec.</summary>
    /// <param name="deployment">Id or name.</param>
    /// <param name="force">Builds without any cache.</param>
    public async Task<BuildAccepted> TriggerBuildAsync(
        string deployment, HarborBuildSpec? spec = null, bool force = false, IReadOnlyList<string>? allowedSecrets = null,
        CancellationToken ct = default)
    {
        var path = $"{Root}/{HarborApi.Part(deployment)}/build";
        if (spec is null)
        {
            return await _api.PostAsync(
                path, new BuildRequest { Force = force }, HarborJson.Default.BuildRequest, HarborJson.Default.BuildAccepted, ct);
        }

        await using var archive = await TemporaryArchive.PackAsync(new HarborPackager(spec, allowedSecrets ?? []), ct);
        var dockerfile = await File.ReadAllTextAsync(spec.FindDockerfile()!, ct);
        return await SendAsync(
            path, archive,
            (digest, base64) => new BuildRequest
            {
                Dockerfile = dockerfile,
                ContextDigest = digest,
                ContextTarBase64 = base64,
                Force = force,
            },
            HarborJson.Default.BuildRequest, HarborJson.Default.BuildAccepted, ct);
    }

    /// <param name="deployment">Id or name.</param>
    public Task<DeploymentStatusAnswer> GetStatusAsync(string deployment, CancellationToken ct = default) =>
        _api.GetAsync($"{Root}/{HarborApi.Part(deployment)}/status", HarborJson.Default.DeploymentStatusAnswer, ct);

    /// <param name="deployment">Id or name.</param>
    public Task<HarborDeployment> GetAsync(string deployment, CancellationToken ct = default) =>
        _api.GetAsync($"{Root}/{HarborApi.Part(deployment)}", HarborJson.Default.HarborDeployment, ct);

    /// <summary>Waits until a build has ended.</summary>
    /// <param name="deployment">Id or name.</param>
    /// <param name="buildId">Null: until the deployment is ready or failed. A deployment that is built again stays ready meanwhile.</param>
    /// <param name="timeout">Null: 600 s.</param>
    /// <param name="progress">Gets the status each time that it was asked for.</param>
    /// <exception cref="HarborExecutionException">It failed, with the failing step; was cancelled; or has not ended in time.</exception>
    public async Task<DeploymentStatusAnswer> WaitForBuildAsync(
        string deployment, string? buildId = null, TimeSpan? timeout = null, Action<DeploymentStatusAnswer>? progress = null,
        CancellationToken ct = default)
    {
        var time = _api.Connection.Time;
        var (start, limit) = (time.GetTimestamp(), timeout ?? TimeSpan.FromSeconds(600));
        while (true)
        {
            var status = await GetStatusAsync(deployment, ct);
            progress?.Invoke(status);
            var build = status.Builds.FirstOrDefault(build => buildId is null || build.Id == buildId);
            var word = buildId is null ? status.Status : build?.Status ?? status.Status;
            if (word is "ready" or "completed")
            {
                return status;
            }

            if (word is "failed" or "cancelled")
            {
                throw new HarborExecutionException($"The build of '{deployment}' {(word == "failed" ? "failed" : "was cancelled")}: " +
                    (build?.ErrorMessage ?? status.Error ?? "no reason given"));
            }

            if (time.GetElapsedTime(start) > limit)
            {
                throw new HarborExecutionException(
                    $"The build of '{deployment}' has not ended within {limit.TotalSeconds:0} s; it goes on. " +
                    $"See it with: harbor deployments status {deployment}");
            }

            await Task.Delay(PollInterval, time, ct);
        }
    }

    /// <summary>One page, newest first.</summary>
    public Task<DeploymentList> ListAsync(
        int? limit = null, long? offset = null, string? status = null, string? name = null, CancellationToken ct = default) =>
        _api.GetAsync(
            Root + HarborApi.Query(("limit", limit), ("offset", offset), ("status", status), ("name", name)),
            HarborJson.Default.DeploymentList, ct);

    /// <summary>Deletes a deployment; running rollouts finish.</summary>
    /// <param name="deployment">Id or name.</param>
    public async Task DeleteAsync(string deployment, CancellationToken ct = default) => (await _api.SendAsync(
        HttpMethod.Delete, $"{Root}/{HarborApi.Part(deployment)}", content: null, idempotencyKey: null, ct)).Dispose();

    /// <summary>Removes images and contexts that nothing refers to now, instead of after a day. Needs the scope <c>admin</c>.</summary>
    public Task<GarbageAnswer> CollectGarbageAsync(CancellationToken ct = default) => _api.SendAsync(
        HttpMethod.Post, "/api/harbor/gc", content: null, HarborApi.NewKey(), HarborJson.Default.GarbageAnswer, ct);

    /// <summary>The text of a build's log from a byte offset on.</summary>
    public async Task<string> GetBuildLogAsync(string deployment, string buildId, long offset = 0, CancellationToken ct = default)
    {
        var path = $"{Root}/{HarborApi.Part(deployment)}/builds/{HarborApi.Part(buildId)}/logs" + HarborApi.Query(("offset", offset));
        using var response = await _api.SendAsync(HttpMethod.Get, path, content: null, idempotencyKey: null, ct);
        return await response.Content.ReadAsStringAsync(ct);
    }

    /// <summary>A build's log as it grows, until the build has ended. A lost connection is taken up where it broke.</summary>
    public IAsyncEnumerable<string> FollowBuildLogAsync(
        string deployment, string buildId, long offset = 0, CancellationToken ct = default)
    {
        var path = $"{Root}/{HarborApi.Part(deployment)}/builds/{HarborApi.Part(buildId)}/logs";
        return new EventStream(_api, path + HarborApi.Query(("offset", offset), ("follow", "true"))).LogAsync(ct);
    }

    private async Task<TAnswer> SendAsync<TBody, TAnswer>(
        string path, TemporaryArchive archive, Func<string?, string?, TBody> body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> type,
        CancellationToken ct)
    {
        if (await HasContextAsync(archive.Packed.ContextDigest, ct))
        {
            try
            {
                return await _api.PostAsync(path, body(archive.Packed.ContextDigest, null), bodyType, type, ct);
            }
            catch (HarborApiException error) when (error.StatusCode == 422
                && error.Details?.Errors.Any(wrong => wrong.Loc == "context_digest") == true)
            {
                // It was removed in between.
            }
        }

        var marker = $"@{Guid.NewGuid():N}@";
        var text = JsonSerializer.Serialize(body(null, marker), bodyType);
        var upload = new HarborApi(_api.Connection) { Timeout = UploadTimeout };
        return await upload.SendAsync(
            HttpMethod.Post, path, () => new ArchiveContent(text, marker, archive), HarborApi.NewKey(), type, ct);
    }

    /// <summary>Servers that do not know the route answer 404 as well.</summary>
    private async Task<bool> HasContextAsync(string digest, CancellationToken ct)
    {
        try
        {
            using var response = await _api.TryAsync(HttpMethod.Head, $"/api/harbor/contexts/{digest}", null, null, null, ct);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false; // The upload says what is wrong.
        }
    }
}
