using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Harbor.Deployments;
using Harbor.Deployments.Wire;
using Harbor.Optimization.Configuration;
using Harbor.Optimization.Journal;
using Harbor.Optimization.Jobs;
using Harbor.Optimization.Show;

namespace Harbor.Optimization;

public sealed partial class PromptLearningJob
{
    private const int MostErrors = 5;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestPoll = TimeSpan.FromHours(1);

    private HarborApi? api;

    /// <summary>null until it is submitted.</summary>
    public string? JobId { get; private set; }

    private HarborApi Api => api ??= new HarborApi(connection ?? config.TaskAppConfig?.Harbor?.Connect() ?? new HarborConnection());

    private string Address => $"/api/jobs/{HarborApi.Part(
        JobId ?? throw new InvalidOperationException("The job has not been submitted: call SubmitAsync first."))}";

    /// <summary>A job that was submitted before.</summary>
    public static PromptLearningJob FromJobId(string jobId, HarborConnection? connection = null) =>
        new(new PromptLearningConfig { SeedCandidate = new(KeyValuePair.Create("", "")), Seeds = SeedSplit.Minimal(1) }, connection)
        {
            JobId = jobId,
        };

    /// <summary>Starts the job on the server.</summary>
    /// <returns>Its id.</returns>
    /// <exception cref="HarborApiException">The server refuses it; has all that is wrong.</exception>
    /// <exception cref="InvalidOperationException">It was submitted already, or its local task app does not listen yet.</exception>
    public async Task<string> SubmitAsync(CancellationToken ct = default)
    {
        if (JobId is not null)
        {
            throw new InvalidOperationException($"The job was submitted already: {JobId}.");
        }

        var body = new JsonObject { ["algorithm"] = "gepa", ["config_body"] = Document(), ["auto_start"] = true };
        if ((config.TaskAppConfig is { } app ? app.GetTaskAppKey() : Environment.GetEnvironmentVariable("ENVIRONMENT_API_KEY")) is { } key)
        {
            body["task_app_api_key"] = key;
        }

        var answer = await PostAsync("/api/jobs/gepa", body, ct);
        return JobId = answer.GetProperty("job_id").GetString()!;
    }

    /// <summary>How far the job is, and what it has found.</summary>
    public async Task<PromptLearningResult> GetStatusAsync(CancellationToken ct = default)
    {
        var status = await Api.GetAsync(Address, HarborJson.Default.JsonElement, ct);
        double? Number(string name) => status.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            ? value.GetDouble() : null;
        string? Text(string name) => status.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;
        return new PromptLearningResult
        {
            JobId = JobId,
            Status = Text("status") ?? "",
            MeanReward = Number("best_reward"),
            BaselineReward = Number("baseline_reward"),
            BestCandidate = status.TryGetProperty("best_candidate", out var best) && best.ValueKind == JsonValueKind.Object
                ? CandidateJson.Read(best) : null,
            CandidatesEvaluated = (int)(Number("candidates_evaluated") ?? 0),
            GenerationsCompleted = (int)(Number("generations_completed") ?? 0),
            StopReason = Text("stop_reason"),
            Error = Text("error"),
        };
    }

    /// <summary>Candidates, rewards by seed, what was not kept and why, and what was spent; also while it runs.</summary>
    /// <exception cref="JournalException">The first candidate has not been evaluated.</exception>
    public async Task<RunStory> GetStoryAsync(CancellationToken ct = default)
    {
        using var answer = await Api.SendAsync(
            HttpMethod.Get, Address + "/artifacts/journal.jsonl", content: null, idempotencyKey: null, ct);
        using var journal = new MemoryJournal();
        journal.Append(await answer.Content.ReadAsByteArrayAsync(ct));
        return RunStory.Read(journal);
    }

    /// <summary>Asks for the status until the job has ended.</summary>
    /// <param name="timeout">null: one hour.</param>
    /// <param name="interval">null: 15 s.</param>
    /// <param name="progress">Gets each status.</param>
    /// <exception cref="TimeoutException">It has not ended by then; it goes on.</exception>
    /// <exception cref="HarborApiException">The server refuses, or gave five errors in a row.</exception>
    public async Task<PromptLearningResult> PollUntilCompleteAsync(
        TimeSpan? timeout = null, TimeSpan? interval = null, Action<PromptLearningResult>? progress = null, CancellationToken ct = default)
    {
        var time = Api.Connection.Time;
        var start = time.GetTimestamp();
        for (var errors = 0; ;)
        {
            try
            {
                var status = await GetStatusAsync(ct);
                errors = 0;
                progress?.Invoke(status);
                if (PromptLearningStatuses.IsFinal(status.Status))
                {
                    return status;
                }
            }
            catch (HarborApiException error) when (HarborApi.IsTransient(error.StatusCode) && ++errors < MostErrors)
            {
                // A server that restarts goes on with its jobs.
            }

            if (time.GetElapsedTime(start) >= (timeout ?? LongestPoll))
            {
                throw new TimeoutException($"Job {JobId} has not ended within {(timeout ?? LongestPoll).TotalSeconds:0} s; it goes on.");
            }

            await Task.Delay(interval ?? Interval, time, ct);
        }
    }

    /// <summary>The job's events until it ends or pauses, over lost connections; none is missed and none comes twice.</summary>
    /// <param name="sinceSeq">Only later ones.</param>
    public async IAsyncEnumerable<EvalEvent> EventsAsync(long sinceSeq = 0, [EnumeratorCancellation] CancellationToken ct = default)
    {
        var since = sinceSeq == 0 ? null : FormattableString.Invariant($"{sinceSeq}");
        await foreach (var item in new EventStream(Api, Address + "/events/stream", since).ReadAsync(item => item.Data == "[DONE]", ct))
        {
            if (item.Data != "[DONE]")
            {
                yield return JsonSerializer.Deserialize(item.Data, HarborJson.Default.EvalEvent)!;
            }
        }
    }

    /// <summary>Ends the job; what it found is kept.</summary>
    public Task CancelAsync(string? reason = null, CancellationToken ct = default) => AskAsync("cancel", reason, ct);

    /// <summary>Stops the job when its running rollouts have ended.</summary>
    public Task PauseAsync(string? reason = null, CancellationToken ct = default) => AskAsync("pause", reason, ct);

    /// <summary>A paused job goes on where it was.</summary>
    public Task ResumeAsync(string? reason = null, CancellationToken ct = default) => AskAsync("resume", reason, ct);

    private async Task AskAsync(string verb, string? reason, CancellationToken ct) =>
        await PostAsync($"{Address}/{verb}", new JsonObject { ["reason"] = reason }, ct);

    private Task<JsonElement> PostAsync(string path, JsonObject body, CancellationToken ct)
    {
        using var document = JsonDocument.Parse(body.ToJsonString());
        return Api.PostAsync(path, document.RootElement.Clone(), HarborJson.Default.JsonElement, HarborJson.Default.JsonElement, ct);
    }

    // As it was read, with the place that was set later.
    private JsonObject Document()
    {
        if (config.Missing() is { Count: > 0 } missing)
        {
            throw new ConfigException([.. missing.Select(what => new ConfigProblem(new ConfigPlace("the job"), what))]);
        }

        var document = TaskAppRollouts.Object(config.Document);
        var main = document["prompt_learning"] as JsonObject ?? (JsonObject)(document["prompt_learning"] = new JsonObject());
        foreach (var name in new[] { "task_app_url", "task_app_id", "harbor" })
        {
            main.Remove(name);
        }

        if (config.TaskAppConfig is { Harbor: { } deployment } app && app.ExecutionBackend == LocalApiConfig.Sandboxes)
        {
            main["harbor"] = new JsonObject { ["deployment_id"] = deployment.DeploymentId };
        }
        else if ((config.DeploymentId ?? config.DeploymentName) is { } name)
        {
            main["harbor"] = new JsonObject { [config.DeploymentId is null ? "deployment_name" : "deployment_id"] = name };
        }
        else if (config.TaskAppId is { } id)
        {
            main["task_app_id"] = id;
        }
        else
        {
            main["task_app_url"] = config.TaskAppConfig?.GetTaskAppUrl() ?? config.TaskAppUrl;
        }

        return document;
    }
}
