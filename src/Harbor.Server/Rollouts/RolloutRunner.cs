using System.Security.Cryptography;
using Harbor.Deployments;
using Harbor.Masking;
using Harbor.Server.Builds;
using Harbor.Server.Database;
using Harbor.Server.Deployments;
using Harbor.Server.Instances;
using Harbor.Server.Interceptor;
using Harbor.Server.Keys;
using Harbor.Server.Queue;
using Harbor.Server.Relays;
using Harbor.Server.Sandboxes;
using Harbor.Server.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Rollouts;

/// <summary>Takes one claimed rollout to its end, or gives it back to the queue; takes over one that another process began.</summary>
internal sealed partial class RolloutRunner(
    Databases databases, Signals signals, SandboxEngine engine, RelayPool relays, AgentPhase agent, RolloutEnding ending, SecretBox box,
    Snapshots snapshots, InstancePreparation preparation, BuildLogs files, TimeProvider time, ILogger<RolloutRunner> log)
{
    public async Task RunAsync(Rollout rollout, bool isTakenOver, CancellationToken stop)
    {
        var writes = new RolloutWrites(databases, signals, time, rollout);
        await using var keeper = new LeaseKeeper(databases, signals, time, log, QueueTable.Rollouts, rollout.Id, rollout.Fence,
            (db, ct) => db.Rollouts.AnyAsync(row => row.Id == rollout.Id && row.CancelRequested, ct));
        using var all = CancellationTokenSource.CreateLinkedTokenSource(stop, keeper.Lost);
        using var trace = Tracing.Attempt(rollout);
        RolloutRun? run = null;
        try
        {
            try
            {
                run = await PrepareAsync(rollout, writes, all.Token);
                await AttemptAsync(run, isTakenOver, keeper.Cancelled, all.Token);
            }
            catch (EngineException error) when (!all.IsCancellationRequested)
            {
                if (error.Kind == FailureKinds.ImageMissing && run is not null)
                {
                    snapshots.Forget(run.Image);
                }

                await FailedAsync(rollout, run, writes, error.Kind, error.Message, all.Token);
            }
#pragma warning disable CA1031 // A fault of ours is the platform's: the rollout is tried again, and says so.
            catch (Exception error) when (error is not (OperationCanceledException or FencedOffException) && !all.IsCancellationRequested)
            {
                Faulted(log, rollout.Id, error);
                await FailedAsync(rollout, run, writes, FailureKinds.Internal, "the worker failed; its log says why", all.Token);
            }
#pragma warning restore CA1031

            await RemoveAsync(rollout, run);
        }
        catch (Exception error) when (!stop.IsCancellationRequested
            && (error is FencedOffException || keeper.Lost.IsCancellationRequested))
        {
            await DiscardAsync(rollout, run, error is FencedOffException);
            throw new FencedOffException($"rollout {rollout.Id}");
        }
        finally
        {
            if (run?.Logs is { } logs)
            {
                await logs.DisposeAsync();
                await files.ReleaseAsync(rollout.Id, rollout.Attempts);
            }
        }
    }

    private async Task AttemptAsync(RolloutRun run, bool isTakenOver, CancellationToken cancelled, CancellationToken ct)
    {
        if (!isTakenOver || !await AdoptAsync(run, ct))
        {
            if (isTakenOver || run.Rollout.Attempts > 1)
            {
                await engine.RemoveAttemptsAsync(run.Rollout.Id, run.Rollout.Fence, ct); // Nothing of an earlier one runs beside this one.
            }

            run.Image = await ImageAsync(run, ct);
            await agent.StartAsync(run, ct);
        }

        agent.Follow(run, ct);
        await ending.RunAsync(run, cancelled, ct);
    }

    /// <summary>By its id on this worker's engine, where another worker may have made it.</summary>
    private Task<string> ImageAsync(RolloutRun run, CancellationToken ct) =>
        run is { Instance: { SnapshotId: { } snapshot } instance, Deployment.PrepareCommand: not null }
            ? snapshots.EnsureAsync(snapshot, instance.Id, id => ImageTags.Instance(id, instance.Fence),
                () => preparation.AgainAsync(instance, run.Deployment, ct), ct)
            : snapshots.EnsureAsync(run.Deployment, ct);

    /// <summary>Goes on with the sandbox of a process that is gone.</summary>
    /// <returns>False: it was never started, so that nothing is lost by starting anew.</returns>
    private async Task<bool> AdoptAsync(RolloutRun run, CancellationToken ct)
    {
        var own = await engine.OfRolloutAsync(run.Rollout.Id, ct);
        foreach (var other in own.Where(container => container.Labels.GetValueOrDefault("harbor.phase") != AgentPhase.Name))
        {
            await engine.RemoveAsync(other.Id, ct);
        }

        var sandbox = own.Where(container => container.Labels.GetValueOrDefault("harbor.phase") == AgentPhase.Name)
            .OrderByDescending(container => container.Id == run.Rollout.ContainerId).ThenByDescending(container => container.Created)
                .FirstOrDefault();
        var state = sandbox is null ? null : await engine.FindAsync(sandbox.Id, ct);
        if (state is null)
        {
            return run.Rollout.State == RolloutState.Starting ? false
                : throw new EngineException(FailureKinds.WorkerLost, "the worker that ran it is gone, and so is its sandbox");
        }

        if (!state.HasStarted)
        {
            return false;
        }

        if (run.Deployment.EntrypointMode == EntrypointModes.Http)
        {
            throw new EngineException(FailureKinds.WorkerLost, "the worker that waited for its answer is gone");
        }

        run.Container = state.Id;
        if (await engine.VariableAsync(state.Id, "HARBOR_LLM_KEY", ct) is { } key)
        {
            run.Redaction.Add(key); // The sandbox has the key of the process that is gone.
        }

        if (RelayPool.NameOfJoined(sandbox!) is { } relay)
        {
            var hosts = run.Deployment.Network == Networks.Allowlist ? SandboxPlan.Hosts(run.Deployment) : null;
            run.Relay = await relays.AdoptAsync(relay, run.Rollout.Id, hosts, ct);
        }

        if (run.Rollout.State == RolloutState.Starting)
        {
            await AgentPhase.RunningAsync(run, time.GetUtcNow(), ct);
        }

        Adopted(log, run.Rollout.Id, run.Rollout.State);
        return true;
    }

    private async Task<RolloutRun> PrepareAsync(Rollout rollout, RolloutWrites writes, CancellationToken ct)
    {
        var (deployment, instance) = await Persistence.RunAsync(databases.Open, time, async db =>
        {
            var found = await db.Deployments.AsNoTracking().SingleAsync(row => row.Id == rollout.DeploymentId, ct);
            return (found, await db.Instances.AsNoTracking().SingleOrDefaultAsync(row => row.DeploymentId == rollout.DeploymentId
                && row.Seed == rollout.Seed && row.Status == InstanceStatus.Ready && row.BaseSnapshotId == found.SnapshotId, ct));
        }, ct);
        var isNew = rollout.ContainerId is null;
        var image = (isNew ? instance?.SnapshotId ?? deployment.SnapshotId : rollout.SnapshotId)
            ?? throw new EngineException(FailureKinds.ImageMissing, $"deployment '{deployment.Name}' has no image");
        var key = $"hrk_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24))}";
        var own = SpecText.Open(box, deployment);
        var redaction = new Redaction();
        redaction.Add(key);
        foreach (var value in own.Values)
        {
            redaction.Add(value);
        }

        return new RolloutRun
        {
            Rollout = rollout,
            Deployment = deployment,
            Variables = Variables(rollout, own, key),
            Redaction = redaction,
            Writes = writes,
            Image = image,
            Instance = instance,
            InstanceId = (isNew ? instance?.Id : rollout.InstanceId),
            Key = key,
        };
    }

    private static Dictionary<string, string> Variables(Rollout rollout, IReadOnlyDictionary<string, string> own, string key)
    {
        var url = InferenceUrl.Inside(rollout.Id, rollout.TraceCorrelationId);
        var all = SandboxPlan.Fixed(own);
        all["HARBOR_SEED"] = $"{rollout.Seed}";
        all["HARBOR_ROLLOUT_ID"] = $"{rollout.Id}";
        all["SYNTH_API_KEY"] = all["HARBOR_LLM_KEY"] = all["OPENAI_API_KEY"] = all["ANTHROPIC_AUTH_TOKEN"] = key;
        all["HARBOR_LLM_BASE"] = all["OPENAI_BASE_URL"] = all["ANTHROPIC_BASE_URL"] = url;
        all["ENVIRONMENT_API_KEY"] = key;
        foreach (var (name, field) in new[] { ("HARBOR_AGENT", "agent"), ("HARBOR_MODEL", "model") })
        {
            if (CallBody.Text(RolloutPolicy.Of(rollout)[field]) is { } word && !word.Contains('\0', StringComparison.Ordinal))
            {
                all[name] = word;
            }
        }

        return all;
    }

    private async Task FailedAsync(Rollout rollout, RolloutRun? run, RolloutWrites writes, string kind, string error, CancellationToken ct)
    {
        if (!FailureKinds.IsInfra(kind) || !await writes.RetryAsync(kind, error, ct))
        {
            var outcome = Outcome.Failed(kind, error);
            var metadata = run?.Metadata(RolloutState.Failed, outcome, time.GetUtcNow()) ?? new Harbor.Deployments.Wire.ExecutionMetadata
            {
                RolloutId = $"{rollout.Id}",
                DeploymentId = $"{rollout.DeploymentId}",
                Attempt = rollout.Attempts,
                Scored = false,
                FailureKind = kind,
                Status = RolloutState.Failed.Word(),
            };
            await writes.EndAsync(RolloutState.Failed, outcome, metadata, [], null, ct);
        }
    }

    /// <summary>
    /// After the fence was lost: the sandbox is ended, unless its new owner goes on with it. Where the database is away, nobody knows
    /// whether there is one: it must not run beside another.
    /// </summary>
    private async Task DiscardAsync(Rollout rollout, RolloutRun? run, bool hasAnswered)
    {
        try
        {
            if (hasAnswered)
            {
                await using var db = databases.Open();
                var row = await db.Rollouts.AsNoTracking().SingleOrDefaultAsync(found => found.Id == rollout.Id, CancellationToken.None);
                if (run?.Container is { } running && row?.ContainerId == running && !row.State.IsFinal() && row.Fence != rollout.Fence)
                {
                    await relays.ReleaseAsync(run.Relay);
                    return;
                }
            }

            if (run?.Container is { } container)
            {
                await engine.RemoveAsync(container, CancellationToken.None);
            }

            await relays.RemoveAsync(run?.Relay, CancellationToken.None);
        }
        catch (Exception error) when (error is EngineException || WorkLoop.IsDatabase(error))
        {
            // The janitor removes it.
        }
    }

    /// <summary>Nothing of it is needed any more. What the engine keeps for now, the janitor removes.</summary>
    private async Task RemoveAsync(Rollout rollout, RolloutRun? run)
    {
        var mayHaveNetwork = run is null || run.Deployment.Network == Networks.Full;
        try
        {
            var removed = await engine.RemoveAttemptsAsync(rollout.Id, rollout.Fence, CancellationToken.None);
            foreach (var container in mayHaveNetwork ? removed : [])
            {
                await engine.RemoveNetworkAsync(AgentPhase.NetworkName(rollout.Id, container.Fence), CancellationToken.None);
            }

            await relays.RemoveAsync(run?.Relay, CancellationToken.None);
        }
        catch (EngineException error)
        {
            NotRemoved(log, rollout.Id, error.Message);
            await relays.ReleaseAsync(run?.Relay);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Rollout {Id} failed")]
    private static partial void Faulted(ILogger log, Guid id, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The sandbox of rollout {Id} is left to the janitor: {Reason}")]
    private static partial void NotRemoved(ILogger log, Guid id, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Rollout {Id} is taken over while {State}")]
    private static partial void Adopted(ILogger log, Guid id, RolloutState state);
}
