using Harbor.Server.Database;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Keys;

/// <summary>A key that is to be made.</summary>
public sealed record NewKey(string Name)
{
    public string Organisation { get; init; } = Keys.Organisation.Default;
    public IReadOnlyList<string> Scopes { get; init; } = Keys.Scopes.All;

    /// <summary>Null: it never expires.</summary>
    public int? ExpiresDays { get; init; }

    /// <summary>Whether the organisation may from now on have sandboxes with the network <c>full</c>.</summary>
    public bool AllowsFullNetwork { get; init; }

    /// <summary>The key itself, where it was made elsewhere; null: a random one.</summary>
    public string? Text { get; init; }

    /// <summary>Makes the organisation too, if it is new.</summary>
    /// <returns>The key; the database keeps only its hash.</returns>
    public static async Task<string> AddAsync(HarborDb db, TimeProvider time, NewKey wanted, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var (id, key) = wanted.Text is { } text ? (KeyText.Id(text)!, text) : KeyText.New();
        var organisation = await db.Organisations.SingleOrDefaultAsync(row => row.Name == wanted.Organisation, ct);
        if (organisation is null)
        {
            organisation = new Organisation { Id = Guid.CreateVersion7(now), Name = wanted.Organisation, CreatedAt = now };
            db.Organisations.Add(organisation);
        }

        organisation.AllowsFullNetwork |= wanted.AllowsFullNetwork;
        db.ApiKeys.Add(new ApiKey
        {
            Id = id,
            OrganisationId = organisation.Id,
            Name = wanted.Name,
            Hash = KeyText.Hash(key),
            Scopes = string.Join(',', wanted.Scopes),
            CreatedAt = now,
            ExpiresAt = wanted.ExpiresDays is { } days ? now.AddDays(days) : null,
        });
        await db.SaveChangesAsync(ct);
        return key;
    }
}
