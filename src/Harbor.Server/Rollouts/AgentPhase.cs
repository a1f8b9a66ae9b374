using System.Security.Cryptography;
using System.Text;
using Harbor.Deployments;
using Harbor.Server.Builds;
using Harbor.Server.Interceptor;
using Harbor.Server.Sandboxes;
using Harbor.Server.Telemetry;

namespace Harbor.Server.Rollouts;

/// <summary>The phase in which the deployment's own program runs.</summary>
internal sealed class AgentPhase(
    SandboxEngine engine, SandboxPlan plan, SandboxSettings settings, ServerIdentity identity, BuildLogs logs, OpenFilesLimit openFiles,
        DiskPlan disk,
    OpenCalls open, TimeProvider time)
{
    public const string Name = "agent";
    private readonly PhaseWait _wait = new(engine, time);

    /// <summary>A fresh sandbox, created, filled and started.</summary>
    public async Task StartAsync(RolloutRun run, CancellationToken ct)
    {
        using var trace = Meters.Traces.StartActivity("startup");
        var began = time.GetTimestamp();
        var labels = Labels(run, Name);
        var network = await plan.ConnectAsync(run.Deployment, run.Rollout.Id, NetworkName(run.Rollout.Id, run.Rollout.Fence), labels, ct);
        run.Relay = network.Relay;
        var document = SandboxInput.Document(run.Rollout).ToJsonString();
        var laysFile = SandboxInput.FitsVariable(document) && await engine.RunsAsRootAsync(run.Image, ct);
        run.Container = await engine.CreateAsync(new SandboxSpec
        {
            Image = run.Image,
            Command = run.Deployment.Entrypoint,
            Wrapper = SandboxInput.Wrapper(laysFile, run.Deployment.EntrypointMode == EntrypointModes.Stdio),
            Labels = labels.Concat(network.Labels).ToDictionary(),
            Variables = Variables(run, network, laysFile ? document : null),
            CpuCores = run.Rollout.CpuCores,
            MemoryMb = run.Rollout.MemoryMb,
            DiskMb = run.Deployment.DiskMb,
            Pids = settings.Pids,
            Runtime = settings.Runtime,
            Disk = run.Disk = await disk.FindAsync(run.Image, ct),
            OpenFiles = run.OpenFiles = await openFiles.FindAsync(run.Image, ct),
            NetworkMode = network.Mode,
        }, ct);
        if (!laysFile)
        {
            using var tar = SandboxInput.Tar(document);
            await engine.PutAsync(run.Container, "/", tar, ct);
        }

        var keyHash = SHA256.HashData(Encoding.UTF8.GetBytes(run.Key));
        await run.Writes.SetAsync(set => set.SetProperty(row => row.ContainerId, run.Container)
            .SetProperty(row => row.LlmKeyHash, keyHash)
            .SetProperty(row => row.SnapshotId, run.Image)
            .SetProperty(row => row.InstanceId, run.InstanceId), ct);
        await engine.StartAsync(run.Container, ct);
        run.StartupMs = RolloutRun.Ms(time.GetElapsedTime(began));
        await RunningAsync(run, time.GetUtcNow(), ct);
    }

    /// <summary>The sandbox runs: from now on it is adopted, not repeated.</summary>
    public static async Task RunningAsync(RolloutRun run, DateTimeOffset since, CancellationToken ct)
    {
        var deadline = since.AddSeconds(run.Rollout.TimeoutS);
        await run.Writes.SetAsync(set => set.SetProperty(row => row.State, RolloutState.Running).SetProperty(row => row.StartedAt, since)
            .SetProperty(row => row.Deadline, deadline), ct);
        (run.Rollout.State, run.Rollout.StartedAt, run.Rollout.Deadline) = (RolloutState.Running, since, deadline);
    }

    public void Follow(RolloutRun run, CancellationToken ct)
    {
        logs.Grow(run.Rollout.Id, run.Rollout.Attempts);
        run.Logs = new SandboxLogs(engine, run.Container!, logs.File(run.Rollout.Id, run.Rollout.Attempts, "stdout"),
            logs.File(run.Rollout.Id, run.Rollout.Attempts, "stderr"), run.Redaction);
        run.Logs.Follow(ct);
    }

    public async Task<PhaseEnd> WaitAsync(RolloutRun run, CancellationToken cancelled, CancellationToken ct)
    {
        var deadline = run.Rollout.Deadline ?? time.GetUtcNow().AddSeconds(run.Rollout.TimeoutS);
        var end = await _wait.WaitAsync(run.Container!, deadline, run.Disk == DiskLimit.Watched ? run.Deployment.DiskMb : null, cancelled,
            ct);
        await EndedAsync(run, ct);
        return end;
    }

    /// <summary>For the mode <c>http</c>: the program is done when it has answered, and is ended then.</summary>
    public Task StopAsync(RolloutRun run, bool isGentle, CancellationToken ct) => _wait.StopAsync(run.Container!, isGentle, ct);

    /// <summary>From here on its key opens nothing, and no call of a model goes on.</summary>
    public async Task EndedAsync(RolloutRun run, CancellationToken ct)
    {
        await run.Writes.SetAsync(set => set.SetProperty(row => row.LlmKeyHash, (byte[]?)null), ct);
        await open.EndAsync(run.Rollout.Id);
        var state = await engine.FindAsync(run.Container!, ct) ?? throw new EngineException(FailureKinds.WorkerLost, "the sandbox is gone");
        run.ExitCode = state.ExitCode;
        run.OomKilled = state.OomKilled;
        run.AgentMs = run.Rollout.StartedAt is { } started ? RolloutRun.Ms(time.GetUtcNow() - started) : null;
        if (run.Logs is { } kept)
        {
            await kept.CompleteAsync(ct);
            await logs.EndAsync(run.Rollout.Id, run.Rollout.Attempts, ct);
        }
    }

    public Dictionary<string, string> Labels(RolloutRun run, string phase) => new()
    {
        ["harbor.server"] = $"{identity.Installation}",
        ["harbor.org"] = $"{run.Rollout.OrganisationId}",
        ["harbor.rollout"] = $"{run.Rollout.Id}",
        ["harbor.fence"] = $"{run.Rollout.Fence}",
        ["harbor.phase"] = phase,
    };

    /// <param name="document">Null: it is copied in.</param>
    private static Dictionary<string, string> Variables(RolloutRun run, SandboxNetwork network, string? document)
    {
        var all = new Dictionary<string, string>(network.Variables);
        foreach (var (name, value) in run.Variables)
        {
            all[name] = value;
        }

        if (document is not null)
        {
            all[SandboxInput.Variable] = document;
        }

        return all;
    }

    public static string NetworkName(Guid rollout, long fence) => $"harbor-{rollout:N}-{fence}";
}
