using System.Text;
using Harbor.Masking;
using Harbor.Server.Builds;
using Harbor.Server.Database;
using Harbor.Server.Deployments;
using Harbor.Server.Keys;
using Harbor.Server.Queue;
using Harbor.Server.Rollouts;
using Harbor.Server.Sandboxes;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Instances;

/// <summary>Runs a deployment's prepare command for one seed and keeps the container as the instance's image.</summary>
internal sealed class InstancePreparation(
    Databases databases, Signals signals, SandboxEngine engine, SandboxSettings settings, SandboxPlan plan, SecretBox box,
    ServerIdentity identity, Snapshots snapshots, OpenFilesLimit openFiles, TimeProvider time, ILogger<InstancePreparation> log)
{
    public const int MostAttempts = 3;
    private const int LongestError = 64 * 1024;

    public async Task RunAsync(Instance instance, CancellationToken stop)
    {
        await using var keeper = new LeaseKeeper(databases, signals, time, log, QueueTable.Instances, instance.Id, instance.Fence,
            (_, _) => Task.FromResult(false));
        using var all = CancellationTokenSource.CreateLinkedTokenSource(stop, keeper.Lost);
        var deployment = await Persistence.RunAsync(databases.Open, time,
            db => db.Deployments.AsNoTracking().SingleAsync(row => row.Id == instance.DeploymentId, stop), stop);

        try
        {
            var (image, error) = await PrepareAsync(instance, deployment, new Dictionary<string, string>
            {
                ["harbor.server"] = $"{identity.Installation}",
                ["harbor.org"] = $"{deployment.OrganisationId}",
                ["harbor.instance"] = $"{instance.Id}",
                ["harbor.fence"] = $"{instance.Fence}",
            }, all.Token);
            await EndAsync(instance, deployment, image, error, stop);
        }
        catch (EngineException error) when (!stop.IsCancellationRequested)
        {
            await EndAsync(instance, deployment, null, error.Message, stop);
        }
        catch (OperationCanceledException) when (keeper.Lost.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            throw new FencedOffException($"instance {instance.Id}");
        }
    }

    /// <summary>Prepares here what another worker's engine has: the row stays as it is.</summary>
    /// <returns>The image.</returns>
    public async Task<string> AgainAsync(Instance instance, Deployment deployment, CancellationToken ct)
    {
        var (image, error) = await PrepareAsync(instance, deployment, identity.ProbeLabels("instance"), ct);
        return image ?? throw new EngineException(FailureKinds.ImageMissing,
            $"instance {instance.Seed} is not on this worker's engine and could not be prepared there: {error}");
    }

    private async Task<(string? Image, string? Error)> PrepareAsync(
        Instance instance, Deployment deployment, IReadOnlyDictionary<string, string> labels, CancellationToken ct)
    {
        var snapshot = await snapshots.EnsureAsync(deployment, ct);
        var own = SpecText.Open(box, deployment);
        var variables = SandboxPlan.Fixed(own);
        variables["HARBOR_SEED"] = $"{instance.Seed}";
        var network = await plan.ConnectAsync(deployment, deployment.Network, $"harbor-i-{instance.Id:N}-{instance.Fence}", labels, ct);
        string? container = null;
        try
        {
            container = await engine.CreateAsync(new SandboxSpec
            {
                Image = snapshot,
                Command = deployment.PrepareCommand ?? "",
                Labels = labels.Concat(network.Labels).ToDictionary(),
                Variables = variables.Concat(network.Variables.Where(own => !variables.ContainsKey(own.Key))).ToDictionary(),
                CpuCores = deployment.CpuCores,
                MemoryMb = deployment.MemoryMb,
                DiskMb = deployment.DiskMb,
                Pids = settings.Pids,
                Runtime = settings.Runtime,
                OpenFiles = await openFiles.FindAsync(snapshot, ct),
                NetworkMode = network.Mode,
            }, ct);
            await engine.StartAsync(container, ct);
            var end = await new PhaseWait(engine, time).WaitAsync(container, time.GetUtcNow().AddSeconds(deployment.TimeoutS),
                deployment.DiskMb, CancellationToken.None, ct);
            if (end != PhaseEnd.Exited)
            {
                return (null, end == PhaseEnd.DiskFull ? $"prepare_command wrote more than {deployment.DiskMb} MiB"
                    : $"prepare_command took longer than {deployment.TimeoutS} s");
            }

            var state = await engine.FindAsync(container, ct);
            return state?.ExitCode == 0
                ? (await engine.CommitAsync(container, ImageTags.Instance(instance.Id, instance.Fence), ImageLabels(deployment),
                    ct), null)
                : (null, $"prepare_command ended with {state?.ExitCode}:\n{await LastLinesAsync(container, own.Values, ct)}");
        }
        finally
        {
            if (container is not null)
            {
                await engine.RemoveAsync(container, CancellationToken.None);
            }

            await plan.DisconnectAsync(network, CancellationToken.None);
        }
    }

    private Dictionary<string, string> ImageLabels(Deployment deployment) => new()
    {
        ["harbor.server"] = $"{identity.Installation}",
        ["harbor.deployment"] = $"{deployment.Id}",
    };

    private async Task<string> LastLinesAsync(string container, IEnumerable<string> secrets, CancellationToken ct)
    {
        var redaction = new Redaction();
        foreach (var secret in secrets)
        {
            redaction.Add(secret);
        }

        var text = Encoding.UTF8.GetString(await SandboxLogs.LastAsync(engine, container, LongestError, ct));
        return redaction.Apply(string.Join('\n', text.Replace("\0", "", StringComparison.Ordinal).TrimEnd().Split('\n').TakeLast(20)));
    }

    /// <summary>The image counts only if the deployment still serves what it was prepared from.</summary>
    private Task EndAsync(Instance instance, Deployment deployment, string? image, string? error, CancellationToken ct) =>
        Persistence.RunAsync(databases.Open, time, db => EndAsync(db, instance, deployment, image, error, ct), ct);

    private async Task EndAsync(HarborDb db, Instance instance, Deployment deployment, string? image, string? error, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var row = db.Instances.Where(found => found.Id == instance.Id && found.Fence == instance.Fence
            && found.Status == InstanceStatus.Building);
        var next = image is not null ? InstanceStatus.Ready : instance.Attempts < MostAttempts ? InstanceStatus.Pending
            : InstanceStatus.Failed;
        var written = await row.ExecuteUpdateAsync(set => set.SetProperty(found => found.Status, next)
            .SetProperty(found => found.SnapshotId, found => image ?? found.SnapshotId)
            .SetProperty(found => found.BaseSnapshotId, found => image != null ? deployment.SnapshotId : found.BaseSnapshotId)
            .SetProperty(found => found.Error, error).SetProperty(found => found.ReadyAt, image is null ? null : now)
            .SetProperty(found => found.LeaseUntil, (DateTimeOffset?)null), ct);
        if (written == 0)
        {
            throw new FencedOffException($"instance {instance.Id}");
        }
    }
}
