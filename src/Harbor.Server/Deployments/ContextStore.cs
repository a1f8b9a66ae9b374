using System.Buffers;
using Harbor.Server.Builds;
using Harbor.Server.Database;
using Harbor.Server.Files;
using Harbor.Server.Http;
using Harbor.Server.Keys;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Deployments;

/// <summary>The uploaded contexts: checked tar.gz files in the data folder, named by the digest of what they hold.</summary>
public sealed class ContextStore(DataFolder data, SharedFiles shared, TimeProvider time)
{
    /// <summary>What was uploaded so lately may be what the next request names.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromHours(1);

    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdef");

    /// <summary>Checks and keeps an archive.</summary>
    /// <param name="archive">A file of the data folder's temporary ones, at its start.</param>
    /// <param name="expected">What the client says that it is.</param>
    /// <exception cref="HttpException">It can't be kept; 422 if it is something else than expected.</exception>
    public async Task<StoredContext> StoreAsync(HarborDb db, Caller caller, FileStream archive, string? expected, CancellationToken ct)
    {
        if (archive.Length > ContextLimits.Packed)
        {
            throw ContextLimits.TooLarge();
        }

        var found = await ArchiveCheck.RunAsync(archive, ct);
        if (expected is not null && expected != found.Digest)
        {
            throw HttpException.Invalid("context_digest", $"the archive's digest is {found.Digest}, not {expected}");
        }

        var file = File(found.Digest);
        if (System.IO.File.Exists(file))
        {
            System.IO.File.SetLastWriteTimeUtc(file, time.GetUtcNow().UtcDateTime); // As fresh as a new one.
        }
        else
        {
            await KeepAsync(archive, file, ct);
        }

        await shared.PutAsync(file, ct);

        if (await FindAsync(db, caller, found.Digest, ct) is { } known)
        {
            await TouchAsync(db, known, ct);
            return known;
        }

        var row = new StoredContext
        {
            OrganisationId = caller.OrganisationId,
            Digest = found.Digest,
            Size = archive.Length,
            HasDockerfile = found.HasDockerfile,
            CreatedAt = time.GetUtcNow(),
        };
        db.Contexts.Add(row);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException) when (db.Entry(row) is { } entry)
        {
            entry.State = EntityState.Detached; // Another upload of the same was first.
        }

        return row;
    }

    public static Task<StoredContext?> FindAsync(HarborDb db, Caller caller, string digest, CancellationToken ct) =>
        db.Contexts.AsNoTracking().SingleOrDefaultAsync(row => row.OrganisationId == caller.OrganisationId && row.Digest == digest, ct);

    /// <summary>A client was told that it is here, and will say so soon.</summary>
    public Task TouchAsync(HarborDb db, StoredContext known, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        return now - known.CreatedAt < Fresh / 2 ? Task.CompletedTask
            : db.Contexts.Where(row => row.OrganisationId == known.OrganisationId && row.Digest == known.Digest)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.CreatedAt, now), ct);
    }

    /// <summary>Removes archives, uploaded before a time, that neither a deployment nor work that goes on needs.</summary>
    public async Task<(int Count, long Bytes)> RemoveUnneededAsync(HarborDb db, DateTimeOffset end, CancellationToken ct)
    {
        await db.Contexts.Where(context => context.CreatedAt < end
            && !db.Deployments.Any(row => row.OrganisationId == context.OrganisationId && row.ContextDigest == context.Digest
                && (row.DeletedAt == null || db.Rollouts.Any(rollout => rollout.DeploymentId == row.Id
                    && (rollout.EndedAt == null || rollout.KeptSnapshotId != null))))
            && !db.Builds.Any(row => row.OrganisationId == context.OrganisationId && row.ContextDigest == context.Digest
                && (row.Status == BuildStatus.Pending || row.Status == BuildStatus.Building))).ExecuteDeleteAsync(ct);
        var needed = (await db.Contexts.Select(row => row.Digest).Distinct().ToListAsync(ct)).Select(File).ToHashSet();
        var (count, bytes) = (0, 0L);
        foreach (var file in new DirectoryInfo(data.Contexts).EnumerateFiles())
        {
            if (!needed.Contains(file.FullName) && file.LastWriteTimeUtc < end.UtcDateTime)
            {
                (count, bytes) = (count + 1, bytes + file.Length);
                file.Delete();
            }
        }

        foreach (var file in (await shared.OlderThanAsync(data.Contexts, end, ct)).Where(file => !needed.Contains(file)))
        {
            await shared.DeleteAsync(file, ct);
        }

        return (count, bytes);
    }

    /// <exception cref="FileNotFoundException">It is not stored any more.</exception>
    public async Task<FileStream> OpenAsync(string digest, CancellationToken ct)
    {
        await shared.FetchAsync(File(digest), ct);
        return System.IO.File.OpenRead(File(digest));
    }

    public static bool IsDigest(string text) =>
        text.Length == 71 && text.StartsWith("sha256:", StringComparison.Ordinal) && !text.AsSpan(7).ContainsAnyExcept(Hexadecimal);

    private string File(string digest) => Path.Combine(data.Contexts, $"{digest["sha256:".Length..]}.tar.gz");

    private async Task KeepAsync(FileStream archive, string file, CancellationToken ct)
    {
        var fresh = Path.Combine(data.Contexts, Path.GetRandomFileName());
        try
        {
            archive.Position = 0;
            await using (var copy = System.IO.File.Create(fresh))
            {
                await archive.CopyToAsync(copy, ct);
                copy.Flush(flushToDisk: true);
            }

            System.IO.File.Move(fresh, file, overwrite: true);
        }
        finally
        {
            System.IO.File.Delete(fresh);
        }
    }
}
