using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Harbor.Server.Database;

/// <summary>Opens contexts on the one database of this process; they are pooled, dispose each.</summary>
public sealed class Databases
{
    private readonly Func<HarborDb> _open;

    public Databases(DatabaseUrl url)
    {
        Url = url;
        if (url.IsPostgreSql)
        {
            var pool = new PooledDbContextFactory<PostgreSqlDb>(PostgreSql(url.ConnectionString));
            _open = pool.CreateDbContext;
        }
        else
        {
            var pool = new PooledDbContextFactory<SqliteDb>(Sqlite(url.ConnectionString));
            _open = pool.CreateDbContext;
        }
    }

    public DatabaseUrl Url { get; }

    public HarborDb Open() => _open();

    internal static DbContextOptions<SqliteDb> Sqlite(string connection) =>
        new DbContextOptionsBuilder<SqliteDb>()
            .UseSqlite(connection, sqlite => sqlite.UseQuerySplittingBehavior(QuerySplittingBehavior.SingleQuery))
            .AddInterceptors(new SqlitePragmas()).Options;

    internal static DbContextOptions<PostgreSqlDb> PostgreSql(string connection) =>
        new DbContextOptionsBuilder<PostgreSqlDb>().UseNpgsql(connection).Options;
}
