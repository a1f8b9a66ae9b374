using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Harbor.Masking;
using Harbor.Server.Database;
using Harbor.Server.Deployments;
using Harbor.Server.Keys;
using Harbor.Server.Queue;
using Harbor.Server.Sandboxes;
using Harbor.Server.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Builds;

/// <summary>Runs one claimed build on the engine.</summary>
internal sealed partial class BuildRunner(
    Databases databases, Signals signals, SandboxEngine engine, ImageMaker maker, ContextStore contexts, BuildLogs logs, SecretBox box,
    TimeProvider time, ILogger<BuildRunner> log)
{
    public async Task RunAsync(Build build, CancellationToken stop)
    {
        await using var keeper = new LeaseKeeper(databases, signals, time, log, QueueTable.Builds, build.Id, build.Fence,
            (db, ct) => db.Builds.AnyAsync(row => row.Id == build.Id && row.CancelRequested, ct));
        using var all = CancellationTokenSource.CreateLinkedTokenSource(stop, keeper.Cancelled, keeper.Lost);
        using var trace = Tracing.Build(build);
        var ending = new BuildEnding(databases.Open, signals, time, build);
        try
        {
            await ending.BeginAsync(stop);
            await ending.EndAsync(await LoggedAsync(build, all.Token), stop);
        }
        catch (OperationCanceledException) when (keeper.Cancelled.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            await ending.EndAsync(new BuildResult(BuildStatus.Cancelled, Error: "the build was cancelled"), stop);
        }
        catch (OperationCanceledException) when (keeper.Lost.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            throw new FencedOffException($"build {build.Id}");
        }
        catch (FileNotFoundException) when (!stop.IsCancellationRequested)
        {
            await ending.EndAsync(new BuildResult(BuildStatus.Failed,
                Error: $"context {build.ContextDigest} is not stored any more: upload it again"), stop);
        }
        catch (EngineException error) when (!stop.IsCancellationRequested)
        {
            await ending.EndAsync(new BuildResult(BuildStatus.Failed, Error: error.Message), stop);
        }
    }

    /// <summary>Who sees its end finds its whole log.</summary>
    private async Task<BuildResult> LoggedAsync(Build build, CancellationToken ct)
    {
        try
        {
            return await BuildAsync(build, ct);
        }
        finally
        {
            await logs.ReleaseAsync(build.Id);
        }
    }

    private async Task<BuildResult> BuildAsync(Build build, CancellationToken ct)
    {
        await using var packed = await contexts.OpenAsync(build.ContextDigest, ct);
        var dockerfile = build.Dockerfile ?? await BuildContext.DockerfileAsync(packed, ct);
        var secrets = await SecretsAsync(build, ct);
        using var output = await logs.BeginAsync(build.Id, secrets, ct);
        var (bases, missing) = await BaseImages.FindAsync(engine, dockerfile, output.Write, ct);
        if (missing is not null)
        {
            output.Write(missing + "\n");
            return new BuildResult(BuildStatus.Failed, Error: missing);
        }

        var key = await CacheKeyAsync(build, dockerfile, bases, ct);
        if (!build.Force && await CachedAsync(build, key, ct) is { } cached)
        {
            output.Write($"Nothing has changed since image {cached}\n");
            return new BuildResult(BuildStatus.Completed, cached, key, IsCached: true);
        }

        string? step = null;
        var failure = await maker.MakeAsync(build, packed, text =>
        {
            step = Step().Match(text) is { Success: true } found ? found.Value.Trim() : step;
            output.Write(text);
        }, ct);
        if (failure is { } failed)
        {
            output.Write($"{failed.Message}\n");
            return new BuildResult(BuildStatus.Failed, Error: secrets.Apply(Sentence(failed, step, output.LastLines)));
        }

        return await engine.ImageIdAsync(ImageTags.Build(build.Id), ct) is { } id
            ? new BuildResult(BuildStatus.Completed, id, key)
            : new BuildResult(BuildStatus.Failed, Error: "the engine built no image");
    }

    /// <summary>The failing step, its exit code, the last lines.</summary>
    private static string Sentence((string Message, long? Code) failure, string? step, IReadOnlyList<string> lines)
    {
        var code = failure.Code is { } number ? $" (exit code {number})" : "";
        return $"{step ?? "The build"} failed{code}: {failure.Message}\n{string.Join('\n', lines)}";
    }

    /// <summary>A variable's value may have been copied into the Dockerfile: logs must not show it.</summary>
    private async Task<Redaction> SecretsAsync(Build build, CancellationToken ct)
    {
        var redaction = new Redaction();
        var found = await Persistence.RunAsync(databases.Open, time,
            db => db.Deployments.AsNoTracking().SingleOrDefaultAsync(row => row.Id == build.DeploymentId, ct), ct);
        if (found is { } deployment)
        {
            foreach (var value in SpecText.Open(box, deployment).Values)
            {
                redaction.Add(value);
            }
        }

        return redaction;
    }

    private async Task<string> CacheKeyAsync(Build build, string dockerfile, IReadOnlyList<string> bases, CancellationToken ct)
    {
        var info = await engine.InfoAsync(ct);
        var text = $"{dockerfile}\n{build.ContextDigest}\n{build.VerifyDir}\n{info.OSType}/{info.Architecture}\n{string.Join(' ', bases)}";
        return $"{build.OrganisationId:N}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
    }

    private async Task<string?> CachedAsync(Build build, string key, CancellationToken ct)
    {
        var earlier = await Persistence.RunAsync(databases.Open, time, db => db.Builds.AsNoTracking()
            .Where(row => row.CacheKey == key && row.Status == BuildStatus.Completed && row.Id != build.Id && row.SnapshotId != null)
            .OrderByDescending(row => row.Id).Select(row => row.SnapshotId).FirstOrDefaultAsync(ct), ct);
        return earlier is null ? null : await engine.ImageIdAsync(earlier, ct);
    }

    [GeneratedRegex(@"^Step \d+/\d+ : .*")]
    private static partial Regex Step();
}

internal sealed record BuildResult(BuildStatus Status, string? SnapshotId = null, string? CacheKey = null, bool IsCached = false,
    string? Error = null);
