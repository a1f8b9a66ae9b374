using Harbor.Server.Database;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Keys;

/// <summary>The key of an installation that something else has made, as Harbor does for the stack of its server.</summary>
internal static class FirstKey
{
    private const string Name = "first key";

    /// <summary>
    /// Adds the file's key, with all scopes, unless the database has it; the one of an earlier file is revoked. One that was revoked by
    /// hand stays so.
    /// </summary>
    /// <exception cref="UsageException">The file can't be read, or holds no key. The message does not repeat what it holds.</exception>
    public static async Task EnsureAsync(Databases databases, TimeProvider time, string file, CancellationToken ct)
    {
        var key = await ReadAsync(file, ct);
        var id = KeyText.Id(key) ?? throw new UsageException(
            $"{file} has no API key. It must hold hk_, eight letters or digits, _ and 43 characters, and nothing else.");
        await using var db = databases.Open();
        if (await db.ApiKeys.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, ct) is { } known)
        {
            if (!known.Hash.AsSpan().SequenceEqual(KeyText.Hash(key)))
            {
                throw new UsageException($"The key in {file} begins as another key of this server (hk_{id}). Make a new one.");
            }

            return;
        }

        var now = time.GetUtcNow();
        await db.ApiKeys.Where(row => row.Name == Name && row.RevokedAt == null)
            .ExecuteUpdateAsync(row => row.SetProperty(one => one.RevokedAt, now), ct);
        await NewKey.AddAsync(db, time, new NewKey(Name) { Text = key }, ct);
    }

    private static async Task<string> ReadAsync(string file, CancellationToken ct)
    {
        try
        {
            return (await File.ReadAllTextAsync(file, ct)).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The first key can't be read: {error.Message}");
        }
    }
}
