using Harbor.Server.Database;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Queue;

/// <summary>The words of one queue: its table, and which states are open.</summary>
internal sealed record QueueTable(string Name, string State, string Queued, string Started, string Active)
{
    public static readonly QueueTable Rollouts = new("rollouts", "state", "queued", "starting",
        "'starting', 'running', 'verifying', 'collecting'");
    public static readonly QueueTable Builds = new("builds", "status", "pending", "building", "'building'");
    public static readonly QueueTable Instances = new("instances", "status", "pending", "building", "'building'");
    public static readonly QueueTable Jobs = new("jobs", "status", "pending", "running", "'running'");
    public static readonly QueueTable Gepa = new("gepa_jobs", "status", "queued", "running", "'running'");
}

/// <summary>
/// Claims by one statement, on the database's clock: two workers never get the same row, and a claim makes every write of an earlier owner
/// fail by its fence.
/// </summary>
internal static class Leases
{
    /// <summary>How long a claim holds without being renewed.</summary>
    public const int Seconds = 60;

    /// <summary>Takes the first row that waits and is due; its attempt begins.</summary>
    /// <param name="where">Further SQL over the row <c>q</c>; <c>{1}</c>, <c>{2}</c>… are <paramref name="arguments"/>.</param>
    public static Task<T?> ClaimAsync<T>(
        HarborDb db, QueueTable table, string owner, string order, CancellationToken ct, string where = "TRUE", params object[] arguments)
        where T : Leased =>
        TakeAsync<T>(db, $$"""
            UPDATE {{table.Name}} SET {{table.State}} = '{{table.Started}}', owner = {0}, fence = fence + 1, attempts = attempts + 1,
                lease_until = {{db.Clock(Seconds)}}
            WHERE id = (SELECT q.id FROM {{table.Name}} AS q
                WHERE q.{{table.State}} = '{{table.Queued}}' AND q.due_at <= {{db.Clock()}} AND {{where}}
                ORDER BY {{order}} LIMIT 1 {{db.SkipLocked}})
            RETURNING *
            """, [owner, .. arguments], ct);

    /// <summary>Takes a row whose worker let the lease end; state and attempt stay.</summary>
    public static Task<T?> TakeOverAsync<T>(HarborDb db, QueueTable table, string owner, CancellationToken ct)
        where T : Leased =>
        TakeAsync<T>(db, $$"""
            UPDATE {{table.Name}} SET owner = {0}, fence = fence + 1, lease_until = {{db.Clock(Seconds)}}
            WHERE id = (SELECT q.id FROM {{table.Name}} AS q
                WHERE q.{{table.State}} IN ({{table.Active}})
                    AND (q.lease_until IS NULL OR q.lease_until < {{db.Clock()}})
                ORDER BY q.lease_until LIMIT 1 {{db.SkipLocked}})
            RETURNING *
            """, [owner], ct);

    /// <returns>False: another worker has the row.</returns>
    public static async Task<bool> RenewAsync(HarborDb db, QueueTable table, object id, long fence, CancellationToken ct)
    {
        var sql = $$"""
            UPDATE {{table.Name}} SET lease_until = {{db.Clock(Seconds)}}
            WHERE id = {0} AND fence = {1} AND {{table.State}} IN ({{table.Active}})
            """;
        return await db.Database.ExecuteSqlRawAsync(sql, [id, fence], ct) == 1;
    }

    /// <summary>At the start of a worker: what its earlier process had is free at once.</summary>
    public static Task FreeOwnAsync(HarborDb db, QueueTable table, string owner, CancellationToken ct)
    {
        var sql = $$"""
            UPDATE {{table.Name}} SET lease_until = {{db.Clock(-1)}} WHERE owner = {0} AND {{table.State}} IN ({{table.Active}})
            """;
        return db.Database.ExecuteSqlRawAsync(sql, [owner], ct);
    }

    /// <summary>Back into the queue, due so many seconds from now.</summary>
    /// <returns>False: another worker has the row.</returns>
    public static async Task<bool> RequeueAsync(HarborDb db, QueueTable table, object id, long fence, int seconds, CancellationToken ct)
    {
        var sql = $$"""
            UPDATE {{table.Name}} SET {{table.State}} = '{{table.Queued}}', owner = NULL, lease_until = NULL, due_at = {{db.Clock(seconds)}}
            WHERE id = {0} AND fence = {1} AND {{table.State}} IN ({{table.Active}})
            """;
        return await db.Database.ExecuteSqlRawAsync(sql, [id, fence], ct) == 1;
    }

    private static async Task<T?> TakeAsync<T>(HarborDb db, string sql, object[] arguments, CancellationToken ct)
        where T : Leased =>
        (await db.Set<T>().FromSqlRaw(sql, arguments).AsNoTracking().ToListAsync(ct)).SingleOrDefault();
}
