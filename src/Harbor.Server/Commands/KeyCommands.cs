using System.CommandLine;
using System.Globalization;
using Harbor.Server.Database;
using Harbor.Server.Keys;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Commands;

/// <summary><c>keys create|list|revoke</c>: on the server's machine, whether the server runs or not.</summary>
internal static class KeyCommands
{
    public static Command Create() => new("keys", "API keys of the server.")
    {
        Make(), List(), Revoke(), PlaceOptions.Data, PlaceOptions.Database,
    };

    /// <summary>Prints the key and nothing else, so that it can be captured.</summary>
    private static Command Make()
    {
        var name = new Option<string>("--name") { Description = "Whose it is", HelpName = "NAME", Required = true };
        var organisation = new Option<string>("--organisation")
        {
            Description = "What is made with the key belongs to it",
            HelpName = "NAME",
            DefaultValueFactory = _ => Organisation.Default,
        };
        var scopes = new Option<string>("--scopes")
        {
            Description = "What it may do",
            HelpName = "A,B",
            DefaultValueFactory = _ => string.Join(',', Scopes.All),
        };
        var days = new Option<int?>("--expires-days") { Description = "It is refused afterwards (default: never)", HelpName = "N" };
        var full = new Option<bool>("--allow-full-network") { Description = "The organisation's sandboxes may have network: full" };
        var command = new Command("create", "Prints a new key, and nothing else. It can't be shown again.")
        {
            name, organisation, scopes, days, full,
        };
        command.SetAction(async (given, ct) =>
        {
            if (given.GetValue(days) is <= 0)
            {
                throw new UsageException($"--expires-days must be a whole number of days (got {given.GetValue(days)}).");
            }

            await using var db = await OpenAsync(given, ct);
            var key = await NewKey.AddAsync(db, TimeProvider.System, new NewKey(given.GetRequiredValue(name))
            {
                Organisation = given.GetRequiredValue(organisation),
                Scopes = Read(given.GetRequiredValue(scopes)),
                ExpiresDays = given.GetValue(days),
                AllowsFullNetwork = given.GetValue(full),
            }, ct);
            await given.InvocationConfiguration.Output.WriteLineAsync(key);
            return 0;
        });
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "Lists the keys.");
        command.SetAction(async (given, ct) =>
        {
            await using var db = await OpenAsync(given, ct);
            var rows = await db.ApiKeys.Join(db.Organisations, key => key.OrganisationId, organisation => organisation.Id,
                (key, organisation) => new { Key = key, Organisation = organisation.Name }).ToListAsync(ct);
            Rows.Write(
                given.InvocationConfiguration.Output, ["ID", "NAME", "ORGANISATION", "SCOPES", "LAST USED", "STATE"],
                rows.OrderBy(row => row.Key.CreatedAt).Select(row => (string[])
                    [row.Key.Id, row.Key.Name, row.Organisation, row.Key.Scopes,
                        row.Key.LastUsedAt is { } used ? Rows.Time(used) : "never", State(row.Key)]));
            return 0;
        });
        return command;
    }

    private static Command Revoke()
    {
        var id = new Option<string>("--id") { Description = "The eight characters behind hk_", HelpName = "ID", Required = true };
        var command = new Command("revoke", "The server refuses the key from now on.") { id };
        command.SetAction(async (given, ct) =>
        {
            var name = given.GetRequiredValue(id);
            await using var db = await OpenAsync(given, ct);
            var key = await db.ApiKeys.SingleOrDefaultAsync(row => row.Id == name, ct)
                ?? throw new UsageException($"There is no key {name}; see keys list.");
            key.RevokedAt ??= TimeProvider.System.GetUtcNow();
            await db.SaveChangesAsync(ct);
            await given.InvocationConfiguration.Output.WriteLineAsync($"{name} ({key.Name}) is revoked.");
            return 0;
        });
        return command;
    }

    private static string State(ApiKey key) => key.RevokedAt is not null ? "revoked"
        : key.ExpiresAt is { } end ? "expires " + end.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "valid";

    private static string[] Read(string text)
    {
        var scopes = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return scopes.Except(Scopes.All).ToArray() is { Length: > 0 } unknown
            ? throw new UsageException($"Unknown scope {string.Join(", ", unknown)}. Known: {string.Join(", ", Scopes.All)}.")
            : scopes;
    }

    private static async Task<HarborDb> OpenAsync(ParseResult given, CancellationToken ct)
    {
        var databases = new Databases(given.ReadDatabase(given.ReadData()));
        await Migration.RunAsync(databases, ct);
        return databases.Open();
    }
}
