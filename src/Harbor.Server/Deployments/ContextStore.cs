using System.Buffers;
using Harbor.Server.Database;
using Harbor.Server.Http;
using Harbor.Server.Keys;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Deployments;

/// <summary>The uploaded contexts: checked tar.gz files in the data folder, named by the digest of what they hold.</summary>
public sealed class ContextStore(DataFolder data, TimeProvider time)
{
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
        if (!System.IO.File.Exists(file))
        {
            await KeepAsync(archive, file, ct);
        }

        if (await FindAsync(db, caller, found.Digest, ct) is { } known)
        {
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

    public FileStream Open(string digest) => System.IO.File.OpenRead(File(digest));

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
