using System.Globalization;
using Harbor.Server.Database;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Keys;

/// <summary><c>keys create|list|revoke</c>: on the server's machine, whether the server runs or not.</summary>
internal static class KeyCommands
{
    private static readonly string[] Where = ["data", "database"];

    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TimeProvider time, CancellationToken ct)
    {
        string[] rest = [.. args.Skip(1)];
        return (args.Count > 0 ? args[0] : null) switch
        {
            "create" => await CreateAsync(
                new Arguments(rest, ["name", "organisation", "scopes", "expires-days", .. Where], ["allow-full-network"]), output, time,
                    ct),
            "list" => await ListAsync(new Arguments(rest, Where), output, ct),
            "revoke" => await RevokeAsync(new Arguments(rest, ["id", .. Where]), output, time, ct),
            _ => throw new UsageException("keys create --name N | keys list | keys revoke --id ID"),
        };
    }

    /// <summary>Prints the key and nothing else, so that it can be captured.</summary>
    private static async Task<int> CreateAsync(Arguments args, TextWriter output, TimeProvider time, CancellationToken ct)
    {
        var scopes = (args["scopes"] ?? string.Join(',', Scopes.All))
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (scopes.Except(Scopes.All).ToArray() is { Length: > 0 } unknown)
        {
            throw new UsageException($"Unknown scope {string.Join(", ", unknown)}. Known: {string.Join(", ", Scopes.All)}.");
        }

        var name = args.Needed("name");
        var now = time.GetUtcNow();
        var (id, key) = KeyText.New();
        await using var db = await OpenAsync(args, ct);
        var organisation = await OrganisationAsync(db, args["organisation"] ?? Organisation.Default, now, ct);
        organisation.AllowsFullNetwork |= args.Has("allow-full-network");
        db.ApiKeys.Add(new ApiKey
        {
            Id = id,
            OrganisationId = organisation.Id,
            Name = name,
            Hash = KeyText.Hash(key),
            Scopes = string.Join(',', scopes),
            CreatedAt = now,
            ExpiresAt = Days(args["expires-days"]) is { } days ? now.AddDays(days) : null,
        });
        await db.SaveChangesAsync(ct);
        await output.WriteLineAsync(key);
        return 0;
    }

    private static async Task<int> ListAsync(Arguments args, TextWriter output, CancellationToken ct)
    {
        await using var db = await OpenAsync(args, ct);
        var rows = await db.ApiKeys.Join(db.Organisations, key => key.OrganisationId, organisation => organisation.Id,
            (key, organisation) => new { Key = key, Organisation = organisation.Name }).ToListAsync(ct);
        await output.WriteLineAsync($"{"ID",-10}{"NAME",-24}{"ORGANISATION",-16}{"SCOPES",-24}{"LAST USED",-18}STATE");
        foreach (var row in rows.OrderBy(row => row.Key.CreatedAt))
        {
            var used = row.Key.LastUsedAt?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "never";
            var state = row.Key.RevokedAt is not null ? "revoked" : row.Key.ExpiresAt is { } end ? $"expires {end:yyyy-MM-dd}" : "valid";
            await output.WriteLineAsync($"{row.Key.Id,-10}{row.Key.Name,-24}{row.Organisation,-16}{row.Key.Scopes,-24}{used,-18}{state}");
        }

        return 0;
    }

    private static async Task<int> RevokeAsync(Arguments args, TextWriter output, TimeProvider time, CancellationToken ct)
    {
        var id = args.Needed("id");
        await using var db = await OpenAsync(args, ct);
        var now = time.GetUtcNow();
        var key = await db.ApiKeys.SingleOrDefaultAsync(row => row.Id == id, ct)
            ?? throw new UsageException($"There is no key {id}; see keys list.");
        key.RevokedAt ??= now;
        await db.SaveChangesAsync(ct);
        await output.WriteLineAsync($"{id} ({key.Name}) is revoked.");
        return 0;
    }

    private static async Task<HarborDb> OpenAsync(Arguments args, CancellationToken ct)
    {
        var databases = new Databases(ServerOptions.Database(args["database"], new DataFolder(args["data"] ?? ServerOptions.DefaultData)));
        await Migration.RunAsync(databases, ct);
        return databases.Open();
    }

    private static async Task<Organisation> OrganisationAsync(HarborDb db, string name, DateTimeOffset now, CancellationToken ct)
    {
        if (await db.Organisations.SingleOrDefaultAsync(row => row.Name == name, ct) is { } known)
        {
            return known;
        }

        var organisation = new Organisation { Id = Guid.CreateVersion7(now), Name = name, CreatedAt = now };
        db.Organisations.Add(organisation);
        return organisation;
    }

    private static int? Days(string? text) => text is null ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days > 0 ? days
        : throw new UsageException($"--expires-days must be a whole number of days (got {text}).");
}
