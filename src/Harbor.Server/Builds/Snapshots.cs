using System.Collections.Concurrent;
using Harbor.Server.Database;
using Harbor.Server.Deployments;
using Harbor.Server.Queue;
using Harbor.Server.Sandboxes;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Builds;

/// <summary>
/// Images have other ids on other engines. What this worker's engine lacks of a deployment is built here once more, from the stored
/// context.
/// </summary>
internal sealed partial class Snapshots(
    SandboxEngine engine, ImageMaker maker, ContextStore contexts, Databases databases, TimeProvider time, ILogger<Snapshots> log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<string, string> _local = new();
    private readonly ConcurrentDictionary<Guid, SemaphoreSlim> _gates = new();
    private readonly ConcurrentDictionary<Guid, (DateTimeOffset Since, Guid? Build)> _missing = new();

    /// <summary>Deployments whose image could not be made here lately; a newer build may be another matter.</summary>
    public async Task<IReadOnlyList<Guid>> MissingAsync(HarborDb db, CancellationToken ct)
    {
        if (_missing.IsEmpty)
        {
            return [];
        }

        Guid[] ids = [.. _missing.Keys];
        var serving = await db.Deployments.AsNoTracking().Where(row => ids.Contains(row.Id))
            .ToDictionaryAsync(row => row.Id, row => row.ServingBuildId, ct);
        foreach (var (id, (since, build)) in _missing)
        {
            if (time.GetUtcNow() - since > Pause || serving.GetValueOrDefault(id) != build)
            {
                _missing.TryRemove(id, out _);
            }
        }

        return [.. _missing.Keys];
    }

    /// <returns>The image that serves, by its id on this engine.</returns>
    /// <exception cref="EngineException">It is not here, and can't be built.</exception>
    public Task<string> EnsureAsync(Deployment deployment, CancellationToken ct)
    {
        var snapshot = deployment.SnapshotId
            ?? throw new EngineException(FailureKinds.ImageMissing, $"deployment '{deployment.Name}' has no image");
        return EnsureAsync(snapshot, deployment.ServingBuildId ?? Guid.Empty, ImageTags.Build, () => BuildAsync(deployment, ct), ct);
    }

    /// <summary>Somebody removed it from this engine: the next rollout looks again.</summary>
    /// <param name="image">As <see cref="EnsureAsync(Deployment, CancellationToken)"/> gave it.</param>
    public void Forget(string image)
    {
        foreach (var (snapshot, _) in _local.Where(known => known.Value == image))
        {
            _local.TryRemove(snapshot, out _);
        }
    }

    private async Task<string> BuildAsync(Deployment deployment, CancellationToken ct)
    {
        try
        {
            return await BuildOnceAsync(deployment, ct);
        }
        catch (EngineException error) when (error.Kind == FailureKinds.ImageMissing)
        {
            _missing[deployment.Id] = (time.GetUtcNow(), deployment.ServingBuildId);
            throw;
        }
    }

    /// <param name="snapshot">As the rows have it.</param>
    /// <param name="id">Of what made it; one at a time is made here.</param>
    /// <param name="tag">Of an image that was made here before.</param>
    public async Task<string> EnsureAsync(string snapshot, Guid id, Func<Guid, string> tag, Func<Task<string>> make, CancellationToken ct)
    {
        if (_local.TryGetValue(snapshot, out var known))
        {
            return known;
        }

        var gate = _gates.GetOrAdd(id, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(ct);
        try
        {
            return _local[snapshot] = await engine.ImageIdAsync(snapshot, ct) ?? await engine.ImageIdAsync(tag(id), ct) ?? await make();
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<string> BuildOnceAsync(Deployment deployment, CancellationToken ct)
    {
        var build = await Persistence.RunAsync(databases.Open, time,
            db => db.Builds.AsNoTracking().SingleOrDefaultAsync(row => row.Id == deployment.ServingBuildId, ct), ct)
            ?? throw new EngineException(FailureKinds.ImageMissing, $"image {deployment.SnapshotId} is not on the engine");
        Rebuilding(log, deployment.Name, build.Id);
        try
        {
            await using var packed = await contexts.OpenAsync(build.ContextDigest, ct);
            var dockerfile = build.Dockerfile ?? await BuildContext.DockerfileAsync(packed, ct);
            var last = "";
            var (_, missing) = await BaseImages.FindAsync(engine, dockerfile, _ => { }, ct);
            void Take(string text) => last = text.Trim() is { Length: > 0 } line ? line : last;
            var failure = missing ?? (await maker.MakeAsync(build, packed, Take, ct))?.Message;
            return failure is null && await engine.ImageIdAsync(ImageTags.Build(build.Id), ct) is { } made ? made
                : throw new EngineException(FailureKinds.ImageMissing,
                    $"the image of '{deployment.Name}' is not on this worker's engine and could not be built there: {failure} ({last})");
        }
        catch (FileNotFoundException)
        {
            throw new EngineException(FailureKinds.ImageMissing,
                $"image {deployment.SnapshotId} is not on the engine, and context {build.ContextDigest} is not stored any more");
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The image of {Deployment} (build {Build}) is made on this engine, too")]
    private static partial void Rebuilding(ILogger log, string deployment, Guid build);
}
