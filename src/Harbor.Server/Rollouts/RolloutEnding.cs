using Harbor.Deployments;
using Harbor.Server.Builds;
using Harbor.Server.Database;
using Harbor.Server.Interceptor;
using Harbor.Server.Queue;
using Harbor.Server.Sandboxes;
using Harbor.Server.Telemetry;

namespace Harbor.Server.Rollouts;

/// <summary>From a running sandbox to the written result: wait, judge, collect. Each step can be repeated after a crash.</summary>
internal sealed class RolloutEnding(
    SandboxEngine engine, AgentPhase agent, VerifyPhase verify, HttpPhase http, ArtifactStore artifacts, BuildLogs logs,
        ServerIdentity identity,
    Databases databases, TimeProvider time)
{
    private const string ResultFile = "/tmp/result.json";

    public async Task RunAsync(RolloutRun run, CancellationToken cancelled, CancellationToken ct)
    {
        var (end, answer) = await AgentAsync(run, cancelled, ct);
        if (end == PhaseEnd.Cancelled || cancelled.IsCancellationRequested)
        {
            await CancelledAsync(run, ct);
            return;
        }

        var outcome = await JudgeAgentAsync(run, end, answer, ct);
        var retainsSnapshot = run.Rollout.Retain == "snapshot";
        if (run.Deployment.VerifyCommand is not null || retainsSnapshot)
        {
            await run.Writes.SetAsync(set => set.SetProperty(row => row.State, RolloutState.Verifying), ct);
            run.Committed = await engine.CommitAsync(run.Container!, ImageTags.Rollout(run.Rollout.Id), ImageLabels(run), ct);
        }

        if (run.Deployment.VerifyCommand is { } command)
        {
            outcome = await VerifyAsync(run, outcome, command, cancelled, ct);
            if (cancelled.IsCancellationRequested)
            {
                await CancelledAsync(run, ct);
                return;
            }
        }

        outcome = await CountAsync(run, outcome, ct);
        await run.Writes.SetAsync(set => set.SetProperty(row => row.State, RolloutState.Collecting), ct);
        await CollectAsync(run, ct);
        var state = outcome.Reward is null ? RolloutState.Failed : RolloutState.Completed;
        await run.Writes.EndAsync(state, outcome, run.Metadata(state, outcome, time.GetUtcNow()), run.Artifacts,
            retainsSnapshot ? run.Committed : null, ct);
        if (!retainsSnapshot)
        {
            await RemoveCommittedAsync(run); // Also where the server stops: what the rollout left must go.
        }

        if (run.Rollout.Retain == "none")
        {
            await logs.DeleteAsync(run.Rollout.Id, CancellationToken.None);
        }
    }

    private async Task<(PhaseEnd End, Outcome? Answer)> AgentAsync(RolloutRun run, CancellationToken cancelled, CancellationToken ct)
    {
        using var trace = Meters.Traces.StartActivity("agent");
        if (run.Deployment.EntrypointMode != EntrypointModes.Http)
        {
            return (await agent.WaitAsync(run, cancelled, ct), null);
        }

        var answer = await http.AskAsync(run, run.Key, cancelled, ct);
        await agent.StopAsync(run, isGentle: answer.FailureKind == FailureKinds.Timeout, ct);
        await agent.EndedAsync(run, ct);
        return (cancelled.IsCancellationRequested ? PhaseEnd.Cancelled : answer.FailureKind == FailureKinds.Timeout ? PhaseEnd.TimedOut
            : PhaseEnd.Exited, answer);
    }

    /// <summary>What the program says of itself, and how it ended.</summary>
    private async Task<Outcome> JudgeAgentAsync(RolloutRun run, PhaseEnd end, Outcome? answer, CancellationToken ct)
    {
        var result = answer ?? await ResultAsync(run, ct);
        var (kind, error) = end switch
        {
            PhaseEnd.TimedOut => (FailureKinds.Timeout, $"the time limit of {run.Rollout.TimeoutS} s was reached"),
            PhaseEnd.DiskFull => (FailureKinds.DiskFull, $"the sandbox wrote more than {run.Deployment.DiskMb} MiB"),
            _ when run.OomKilled == true && (result?.Reward is null || run.ExitCode != 0) =>
                (FailureKinds.Oom, $"the sandbox needed more than {run.Rollout.MemoryMb} MiB of memory"),
            _ => (null, null),
        };
        if (kind is not null)
        {
            return (result ?? new Outcome()) with { FailureKind = kind, Error = error, Success = false };
        }

        return result ?? (run.ExitCode == 0
            ? Outcome.Failed(FailureKinds.NoResult, "the program ended with 0, but left no result")
            : Outcome.Failed(FailureKinds.RunnerError, $"the program ended with {run.ExitCode} and left no result"));
    }

    /// <returns>Null: there is none.</returns>
    private async Task<Outcome?> ResultAsync(RolloutRun run, CancellationToken ct)
    {
        if (run.Deployment.EntrypointMode == EntrypointModes.Stdio)
        {
            var output = await SandboxLogs.OutputAsync(engine, run.Container!, ResultDocument.Largest, ct);
            return output.Length > ResultDocument.Largest ? TooLarge("standard output") : ResultDocument.FromOutput(output);
        }

        try
        {
            if (await engine.GetAsync(run.Container!, ResultFile, ct) is not { } tar)
            {
                return null;
            }

            await using (tar)
            {
                var (bytes, isTooLarge) = await TarFiles.OneAsync(tar, ResultDocument.Largest, ct);
                return isTooLarge ? TooLarge(ResultFile) : bytes is null
                    ? Outcome.Failed(FailureKinds.InvalidResult, $"{ResultFile} is not a regular file")
                    : ResultDocument.Read(bytes);
            }
        }
        catch (UnreadablePathException error)
        {
            return Outcome.Failed(FailureKinds.InvalidResult, error.Message);
        }
    }

    /// <summary>The verifier's reward counts. How the agent ended is said beside it.</summary>
    private async Task<Outcome> VerifyAsync(RolloutRun run, Outcome fromAgent, string command, CancellationToken cancelled,
        CancellationToken ct)
    {
        using var trace = Meters.Traces.StartActivity("verify");
        var began = time.GetTimestamp();
        var judged = await verify.RunAsync(run.Deployment, run.Committed!, run.Deployment.ContextDigest, command,
            agent.Labels(run, VerifyPhase.Name),
            run.Rollout.Seed, container => artifacts.CollectAsync(run.Rollout, container, "/logs/verifier", "verifier", run.Artifacts, ct),
                cancelled, ct);
        run.VerifyMs = RolloutRun.Ms(time.GetElapsedTime(began));
        foreach (var (name, value) in fromAgent.Details)
        {
            judged.Details.TryAdd(name, value?.DeepClone());
        }

        var isCutOff = fromAgent.FailureKind is FailureKinds.Timeout or FailureKinds.Oom or FailureKinds.DiskFull;
        var isAgentsFault = isCutOff || (judged.Reward is null && fromAgent.FailureKind == FailureKinds.RunnerError);
        return judged with
        {
            Document = fromAgent.Document,
            FailureKind = isAgentsFault ? fromAgent.FailureKind : judged.FailureKind,
            Error = isAgentsFault ? fromAgent.Error : judged.Error,
            Success = judged.Reward is not null && !isCutOff,
        };
    }

    /// <summary>What its calls of models used. Without a reward, what ended the last one is why.</summary>
    /// <exception cref="EngineException">The provider failed: worth another attempt.</exception>
    private async Task<Outcome> CountAsync(RolloutRun run, Outcome outcome, CancellationToken ct)
    {
        var (usage, last) = await Persistence.RunAsync(databases.Open, time, async db =>
            (await db.UsageAsync(run.Rollout.Id, ct), await db.LastErrorAsync(run.Rollout.Id, run.Rollout.Attempts, ct)), ct);
        run.Llm = usage;
        return outcome.Reward is not null ? outcome : last switch
        {
            FailureKinds.ProviderError => throw new EngineException(FailureKinds.ProviderError, "the last call of a model failed upstream"),
            FailureKinds.BudgetExceeded => outcome with
            {
                FailureKind = FailureKinds.BudgetExceeded,
                Error = "a budget for calls of models was used up",
                Success = false,
            },
            _ => outcome,
        };
    }

    private async Task CollectAsync(RolloutRun run, CancellationToken ct)
    {
        using var trace = Meters.Traces.StartActivity("collect");
        var began = time.GetTimestamp();
        if (run.Rollout.Retain != "none")
        {
            await artifacts.CollectAsync(run.Rollout, run.Container!, SandboxInput.Artifacts, "artifact", run.Artifacts, ct);
        }
        else
        {
            await artifacts.DeleteAsync(run.Rollout.Id, ct);
            run.Artifacts.Clear();
        }

        run.CollectMs = RolloutRun.Ms(time.GetElapsedTime(began));
    }

    private async Task CancelledAsync(RolloutRun run, CancellationToken ct)
    {
        var outcome = new Outcome { Error = "cancelled", Success = false };
        run.Llm = await Persistence.RunAsync(databases.Open, time, db => db.UsageAsync(run.Rollout.Id, ct), ct);
        await run.Writes.EndAsync(RolloutState.Cancelled, outcome, run.Metadata(RolloutState.Cancelled, outcome, time.GetUtcNow()), [],
            null, ct);
        await RemoveCommittedAsync(run);
    }

    private async Task RemoveCommittedAsync(RolloutRun run)
    {
        try
        {
            if (run.Committed is not null)
            {
                await engine.RemoveImageAsync(run.Committed, CancellationToken.None);
            }
        }
        catch (EngineException)
        {
            // The result is written; the image goes with the others that nothing needs.
        }
    }

    private static Outcome TooLarge(string what) => Outcome.Failed(FailureKinds.OutputTooLarge, $"{what} is larger than 16 MiB");

    private Dictionary<string, string> ImageLabels(RolloutRun run) => new()
    {
        ["harbor.server"] = $"{identity.Installation}",
        ["harbor.rollout"] = $"{run.Rollout.Id}",
    };
}
