namespace Harbor.Server.Sandboxes;

/// <summary>What holds <c>disk_mb</c> on this engine: its own quota where a real container shows that it has one, else measuring.</summary>
public sealed class DiskPlan(SandboxEngine engine, SandboxSettings settings, ServerIdentity identity) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private DiskLimit? _found;

    public void Dispose() => _gate.Dispose();

    /// <exception cref="EngineException">The settings ask for a quota that the engine does not have.</exception>
    public async Task<DiskLimit> FindAsync(string image, CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            return _found ??= settings.Disk switch
            {
                "watched" => DiskLimit.Watched,
                "auto" => await HasQuotaAsync(image, ct) is null ? DiskLimit.Quota : DiskLimit.Watched,
                "quota" => await HasQuotaAsync(image, ct) is { } reason ? throw new EngineException(FailureKinds.SandboxStart, reason)
                    : DiskLimit.Quota,
                _ => throw new EngineException(FailureKinds.SandboxStart,
                    $"Sandbox:Disk must be auto, quota or watched (got '{settings.Disk}')"),
            };
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <returns>Why not; null: it has.</returns>
    private async Task<string?> HasQuotaAsync(string image, CancellationToken ct)
    {
        try
        {
            var id = await engine.CreateAsync(new SandboxSpec
            {
                Image = image,
                Command = "true",
                Labels = identity.ProbeLabels("disk"),
                Variables = new Dictionary<string, string>(),
                CpuCores = 1,
                MemoryMb = 64,
                DiskMb = 64,
                Pids = 64,
                Runtime = "runc",
                OpenFiles = null,
                Disk = DiskLimit.Quota,
            }, ct);
            await engine.RemoveAsync(id, ct);
            return null;
        }
        catch (EngineException error) when (error.Kind == FailureKinds.SandboxStart)
        {
            return error.Message;
        }
    }
}
