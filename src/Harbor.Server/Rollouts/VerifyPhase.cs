using Harbor.Server.Builds;
using Harbor.Server.Deployments;
using Harbor.Server.Keys;
using Harbor.Server.Sandboxes;

namespace Harbor.Server.Rollouts;

/// <summary>
/// The phase in which hidden tests judge what the agent left: a fresh container from the ended one's image, so that no process of the agent
/// survives, and it never sees the tests.
/// </summary>
internal sealed class VerifyPhase(
    SandboxEngine engine, SandboxPlan plan, SandboxSettings settings, ContextStore contexts, SecretBox box, DataFolder data,
        OpenFilesLimit openFiles, DiskPlan disk,
    TimeProvider time)
{
    public const string Name = "verify";
    private const string Folder = "/logs/verifier";
    private const string Tests = "/tests";

    /// <param name="image">The ended sandbox, as an image.</param>
    /// <param name="contextDigest">Whose hidden folder is mounted at <c>/tests</c>.</param>
    /// <param name="collect">Gets the verifier's container before it is removed.</param>
    public async Task<Outcome> RunAsync(
        Deployment deployment, string image, string contextDigest, string command, IReadOnlyDictionary<string, string> labels, long? seed,
        Func<string, Task> collect, CancellationToken cancelled, CancellationToken ct)
    {
        var variables = SandboxPlan.Fixed(SpecText.Open(box, deployment));
        variables["HARBOR_SEED"] = $"{seed}";
        var network = await plan.ConnectAsync(deployment, deployment.VerifyNetwork, $"harbor-v-{Guid.NewGuid():N}", labels, ct);
        string? container = null;
        try
        {
            container = await engine.CreateAsync(new SandboxSpec
            {
                Image = image,
                Command = command,
                EmptyFolders = [Tests, Folder], // Whatever the agent put there does not exist for the verifier.
                Labels = labels.Concat(network.Labels).ToDictionary(),
                Variables = variables.Concat(network.Variables.Where(own => !variables.ContainsKey(own.Key))).ToDictionary(),
                CpuCores = deployment.CpuCores,
                MemoryMb = deployment.MemoryMb,
                DiskMb = deployment.DiskMb,
                Pids = settings.Pids,
                Runtime = settings.Runtime,
                Disk = await disk.FindAsync(image, ct),
                OpenFiles = await openFiles.FindAsync(image, ct),
                NetworkMode = network.Mode,
            }, ct);
            using (var folders = SandboxInput.Folders([Tests, Folder]))
            {
                await engine.PutAsync(container, "/", folders, ct); // Also for a verifier that is not root.
            }

            await PutTestsAsync(container, deployment.VerifyDir, contextDigest, ct);
            await engine.StartAsync(container, ct);
            var deadline = time.GetUtcNow().AddSeconds(deployment.VerifyTimeoutS);
            var end = await new PhaseWait(engine, time).WaitAsync(container, deadline, deployment.DiskMb, cancelled, ct);
            await collect(container);
            return end == PhaseEnd.Cancelled ? Outcome.Failed(FailureKinds.Internal, "cancelled")
                : await JudgeAsync(container, end, deployment, ct);
        }
        catch (EngineException error) when (UnreadablePathException.Says(error))
        {
            return Outcome.Failed(FailureKinds.VerifierError, $"{Tests} or {Folder} can't be made where the agent left a loop of links");
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

    private async Task<Outcome> JudgeAsync(string container, PhaseEnd end, Deployment deployment, CancellationToken ct)
    {
        var files = new Dictionary<string, byte[]>();
        foreach (var name in new[] { "reward.txt", "reward.json" })
        {
            try
            {
                if (await engine.GetAsync(container, $"{Folder}/{name}", ct) is { } tar)
                {
                    await using (tar)
                    {
                        files[name] = (await TarFiles.OneAsync(tar, ResultDocument.Largest, ct)).Bytes ?? [];
                    }
                }
            }
            catch (UnreadablePathException)
            {
                // As if it were not there.
            }
        }

        var state = await engine.FindAsync(container, ct);
        var outcome = RewardFiles.Read(files);
        outcome.Details["verifier_exit_code"] = state?.ExitCode;
        return outcome.Reward is null && end == PhaseEnd.TimedOut
            ? outcome with { Error = $"verify_command took longer than {deployment.VerifyTimeoutS} s, and {outcome.Error}" }
            : outcome;
    }

    private async Task PutTestsAsync(string container, string? verifyDir, string contextDigest, CancellationToken ct)
    {
        if (verifyDir is null)
        {
            return;
        }

        await using var file = data.NewTemporaryFile();
        await using var packed = await contexts.OpenAsync(contextDigest, ct);
        await BuildContext.WriteTestsAsync(packed, verifyDir, file, ct);
        file.Position = 0;
        await engine.PutAsync(container, Tests, file, ct);
    }
}
