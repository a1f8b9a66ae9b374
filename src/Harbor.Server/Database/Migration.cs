using System.Data.Common;
using System.Reflection;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace Harbor.Server.Database;

/// <summary>Brings the database to this version's tables.</summary>
internal static class Migration
{
    /// <returns>The installation's id.</returns>
    /// <exception cref="UsageException">A newer Harbor has migrated the database, or it can't be reached.</exception>
    public static async Task<Guid> RunAsync(Databases databases, CancellationToken ct)
    {
        try
        {
            string[] known = [.. Known(databases.Url.IsPostgreSql ? typeof(PostgreSqlDb) : typeof(SqliteDb))];
            var (last, installation) = await LookAsync(databases.Url, ct);
            if (last == known[^1] && installation is { } id)
            {
                return id; // Without the framework, whose model takes half a second: a start must be quick.
            }

            if (last is not null && !known.Contains(last))
            {
                throw new UsageException(
                    $"The database was migrated by a newer Harbor ({last}). Start that version, or restore a back-up of before.");
            }

            await using var db = databases.Open();
            await db.Database.MigrateAsync(ct);
            return await ServerIdAsync(db, ct);
        }
        catch (DbException error)
        {
            throw new UsageException($"The database {databases.Url} can't be used: {error.Message}");
        }
    }

    /// <summary>The migrations of this program, in order.</summary>
    private static IEnumerable<string> Known(Type context) => typeof(Migration).Assembly.GetTypes()
        .Where(type => type.GetCustomAttribute<DbContextAttribute>()?.ContextType == context)
        .Select(type => type.GetCustomAttribute<MigrationAttribute>()?.Id).OfType<string>().Order(StringComparer.Ordinal);

    private static async Task<(string? Last, Guid? Installation)> LookAsync(DatabaseUrl url, CancellationToken ct)
    {
        if (!url.IsPostgreSql && !File.Exists(url.ToString()))
        {
            return (null, null);
        }

        await using DbConnection connection = url.IsPostgreSql
            ? new NpgsqlConnection(url.ConnectionString) : new SqliteConnection($"{url.ConnectionString};Pooling=false");
        await connection.OpenAsync(ct);
        try
        {
            var last = await ReadAsync(
                connection, """SELECT "MigrationId" FROM "__EFMigrationsHistory" ORDER BY "MigrationId" DESC LIMIT 1""", ct);
            var id = last is null ? null : await ReadAsync(connection, $"SELECT value FROM settings WHERE name = '{Setting.ServerId}'", ct);
            return (last, id is null ? null : Guid.Parse(id));
        }
        catch (DbException) // No such table: it is empty.
        {
            return (null, null);
        }
    }

    private static async Task<string?> ReadAsync(DbConnection connection, string sql, CancellationToken ct)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (string?)await command.ExecuteScalarAsync(ct);
    }

    private static async Task<Guid> ServerIdAsync(HarborDb db, CancellationToken ct)
    {
        if (await db.Settings.AsNoTracking().SingleOrDefaultAsync(row => row.Name == Setting.ServerId, ct) is { } known)
        {
            return Guid.Parse(known.Value);
        }

        db.Settings.Add(new Setting { Name = Setting.ServerId, Value = $"{Guid.NewGuid()}" });
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException) // Another process was first.
        {
            db.ChangeTracker.Clear();
        }

        return Guid.Parse((await db.Settings.SingleAsync(row => row.Name == Setting.ServerId, ct)).Value);
    }
}
