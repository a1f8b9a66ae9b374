using System.Text.Json;
using Harbor.Deployments.Wire;

namespace Harbor.Deployments;

/// <summary>Runs a policy over seeds on the server, and waits for the scores. Cancelling a wait leaves the job running.</summary>
public sealed class EvalJob
{
    private const string Jobs = "/api/eval/jobs";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(1200);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly EvalJobConfig? _config;
    private readonly HarborApi _api;

    /// <exception cref="HarborSpecException">The config is wrong; has all errors.</exception>
    public EvalJob(EvalJobConfig config)
    {
        if (config.Validate() is { Count: > 0 } errors)
        {
            throw new HarborSpecException(errors);
        }

        _config = config;
        _api = new HarborApi(config.Connect());
    }

    private EvalJob(string jobId, HarborConnection connection)
    {
        JobId = jobId;
        _api = new HarborApi(connection);
    }

    /// <summary>Null until it is submitted.</summary>
    public string? JobId { get; private set; }

    private string Path => $"{Jobs}/{HarborApi.Part(Submitted)}";

    private string Submitted => JobId ?? throw new InvalidOperationException("The job has not been submitted: call SubmitAsync first.");

    /// <summary>A job from a TOML file.</summary>
    /// <inheritdoc cref="EvalJobConfig.FromToml" path="/exception"/>
    public static EvalJob FromConfig(string path) => new(EvalJobConfig.FromToml(path));

    /// <summary>A job that was submitted before.</summary>
    public static EvalJob FromJobId(string jobId, string? backendUrl = null, string? apiKey = null) =>
        new(jobId, new HarborConnection(backendUrl, apiKey));

    /// <inheritdoc cref="FromJobId(string, string?, string?)"/>
    public static EvalJob FromJobId(string jobId, HarborConnection connection) => new(jobId, connection);

    /// <summary>Whether a job with this status will change no more.</summary>
    public static bool IsTerminal(string? status) => status is "completed" or "failed" or "cancelled";

    /// <summary>Starts the job.</summary>
    /// <returns>Its id.</returns>
    /// <exception cref="InvalidOperationException">It was submitted already, or its local task app does not listen yet.</exception>
    public async Task<string> SubmitAsync(CancellationToken ct = default)
    {
        if (JobId is not null)
        {
            throw new InvalidOperationException($"The job was submitted already: {JobId}.");
        }

        var accepted = await _api.PostAsync(
            "/api/jobs/eval", _config!.ToRequest(_api.Connection.ApiKey), HarborJson.Default.EvalJobRequest,
            HarborJson.Default.EvalJobAccepted, ct);
        return JobId = accepted.JobId;
    }

    /// <summary>The status, with counts.</summary>
    public Task<EvalJobStatus> GetStatusAsync(CancellationToken ct = default) =>
        _api.GetAsync(Path, HarborJson.Default.EvalJobStatus, ct);

    /// <summary>Rows and numbers as far as they are known; all of them once the job has ended.</summary>
    public Task<EvalResultsAnswer> GetResultsAsync(CancellationToken ct = default) =>
        _api.GetAsync(Path + "/results", HarborJson.Default.EvalResultsAnswer, ct);

    /// <summary>Asks for the status until the job has ended.</summary>
    /// <param name="timeout">Null: 1,200 s. Afterwards what is there is returned, with <see cref="EvalResult.TimedOut"/>.</param>
    /// <param name="interval">Null: 1 s.</param>
    /// <param name="progress">Gets each status.</param>
    /// <exception cref="HarborApiException">The server refuses, or has been away for two minutes.</exception>
    public async Task<EvalResult> PollUntilCompleteAsync(
        TimeSpan? timeout = null, TimeSpan? interval = null, Action<EvalJobStatus>? progress = null, CancellationToken ct = default)
    {
        var time = _api.Connection.Time;
        var (start, heard, limit) = (time.GetTimestamp(), time.GetTimestamp(), timeout ?? LongestPoll);
        EvalJobStatus? last = null;
        while (true)
        {
            try
            {
                last = await GetStatusAsync(ct);
                heard = time.GetTimestamp();
                progress?.Invoke(last);
                if (IsTerminal(last.Status))
                {
                    return EvalResult.Of(last, await GetResultsAsync(ct));
                }
            }
            catch (HarborApiException error) when (HarborApi.IsTransient(error.StatusCode) && time.GetElapsedTime(heard) < Patience)
            {
                // A server that restarts goes on with its jobs.
            }

            if (time.GetElapsedTime(start) >= limit)
            {
                return EvalResult.Of(last ?? new() { JobId = Submitted, Status = "pending" }) with { TimedOut = true };
            }

            await Task.Delay(interval ?? Interval, time, ct);
        }
    }

    /// <summary>Follows the job's events until its last one, over lost connections; no event comes twice.</summary>
    /// <param name="onEvent">Gets each event.</param>
    public async Task<EvalResult> StreamUntilCompleteAsync(Action<EvalEvent>? onEvent = null, CancellationToken ct = default)
    {
        var events = new EventStream(_api, Path + "/events/stream");
        await foreach (var item in events.ReadAsync(item => Read(item.Data) is { } seen && IsLast(seen), ct))
        {
            if (Read(item.Data) is { } seen)
            {
                onEvent?.Invoke(seen);
            }
        }

        return EvalResult.Of(await GetStatusAsync(ct), await GetResultsAsync(ct));
    }

    /// <summary>Stops the job; what has ended is kept.</summary>
    public Task<EvalCancelAnswer> CancelAsync(string? reason = null, CancellationToken ct = default) => _api.PostAsync(
        Path + "/cancel", new CancelRequest { Reason = reason }, HarborJson.Default.CancelRequest, HarborJson.Default.EvalCancelAnswer, ct);

    /// <summary>Opens a job again that has ended, and runs what has no reward.</summary>
    /// <param name="only"><c>infra</c>: what the platform failed; <c>unscored</c>: all of it, with the rows marked.</param>
    /// <param name="seeds">Null: all.</param>
    /// <param name="attempts">Further attempts for each seed; null: as before.</param>
    public Task<EvalJobStatus> ResumeAsync(
        string only = "infra", IReadOnlyList<long>? seeds = null, long? attempts = null, CancellationToken ct = default) => _api.PostAsync(
            Path + "/resume", new EvalResumeRequest { Only = only, Seeds = seeds, Attempts = attempts },
            HarborJson.Default.EvalResumeRequest, HarborJson.Default.EvalJobStatus, ct);

    /// <summary>Grades the kept snapshots of all rollouts again, without the agent.</summary>
    public Task<EvalJobStatus> RescoreAsync(RescoreRequest? request = null, CancellationToken ct = default) => _api.PostAsync(
        Path + "/rescore", request ?? new RescoreRequest(), HarborJson.Default.RescoreRequest, HarborJson.Default.EvalJobStatus, ct);

    /// <summary>Beside another job, seed by seed.</summary>
    public Task<EvalComparison> CompareAsync(string withJobId, CancellationToken ct = default) =>
        _api.GetAsync(Path + "/compare" + HarborApi.Query(("with", withJobId)), HarborJson.Default.EvalComparison, ct);

    /// <summary>Writes the zip of all traces to a file, whole or not at all.</summary>
    public async Task DownloadTracesAsync(string path, CancellationToken ct = default)
    {
        using var response = await _api.SendAsync(HttpMethod.Get, Path + "/traces", content: null, idempotencyKey: null, ct);
        var partial = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            await using (var file = new FileStream(partial, FileMode.CreateNew))
            {
                await response.Content.CopyToAsync(file, ct);
            }

            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    private static EvalEvent? Read(string data)
    {
        try
        {
            return JsonSerializer.Deserialize(data, HarborJson.Default.EvalEvent);
        }
        catch (JsonException)
        {
            return null; // Not an event of the contract.
        }
    }

    private static bool IsLast(EvalEvent seen) =>
        seen.Type.EndsWith(".job.completed", StringComparison.Ordinal) || seen.Type.EndsWith(".job.failed", StringComparison.Ordinal)
        || seen.Type.EndsWith(".job.cancelled", StringComparison.Ordinal);
}
