using System.Security.Claims;
using Harbor.Server.Database;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Keys;

/// <summary>A key that counts now.</summary>
internal sealed record ValidKey(ApiKey Row, string Organisation, Caller Caller)
{
    public ClaimsPrincipal Principal(string scheme) => new(new ClaimsIdentity(
        [new Claim(ClaimTypes.NameIdentifier, Row.Id), .. Row.Scopes.Split(',').Select(scope => new Claim("scope", scope))], scheme));
}

/// <summary>Looks keys up: those that were revoked or have expired are not found.</summary>
internal sealed class ValidKeys(Databases databases, TimeProvider time)
{
    private static readonly TimeSpan UseInterval = TimeSpan.FromMinutes(1);

    /// <param name="isRight">Whether the sender has the key itself.</param>
    public async Task<ValidKey?> FindAsync(string id, Func<ApiKey, bool> isRight, CancellationToken ct)
    {
        await using var db = databases.Open();
        var row = await db.ApiKeys.AsNoTracking().SingleOrDefaultAsync(stored => stored.Id == id, ct);
        var now = time.GetUtcNow();
        if (row is null || !isRight(row) || row.RevokedAt is not null || row.ExpiresAt <= now)
        {
            return null;
        }

        if (row.LastUsedAt is not { } last || now - last > UseInterval)
        {
            await db.ApiKeys.Where(stored => stored.Id == id)
                .ExecuteUpdateAsync(set => set.SetProperty(stored => stored.LastUsedAt, now), ct);
        }

        var owner = await db.Organisations.Where(organisation => organisation.Id == row.OrganisationId)
            .Select(organisation => new { organisation.Name, organisation.AllowsFullNetwork }).SingleAsync(ct);
        return new ValidKey(row, owner.Name, new Caller(row.OrganisationId, row.Id, owner.AllowsFullNetwork));
    }
}
