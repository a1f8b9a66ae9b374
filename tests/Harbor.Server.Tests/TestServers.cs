using Harbor.Server.Tests;
using Harbor.Server.Tests.EngineBench;
using Harbor.Server.Tests.Interceptor;
using Harbor.Server.Tests.Relays;

[assembly: AssemblyFixture(typeof(TestServers))]

namespace Harbor.Server.Tests;

/// <summary>The servers of this test run; each starts when a test first needs it.</summary>
public sealed class TestServers : IAsyncDisposable
{
    public TestServers()
    {
        PostgreSql = new PostgreSqlServer(Cluster);
        PostgreSqlWorker = new PostgreSqlWorker(Cluster);
        PostgreSqlModels = new ModelServer(() => Cluster.NewDatabaseAsync());
        EngineBench = new EngineBenchImages(SqliteWorker);
    }

    public PostgreSqlCluster Cluster { get; } = new();
    public SqliteServer Sqlite { get; } = new();
    public PostgreSqlServer PostgreSql { get; }
    public SqliteWorker SqliteWorker { get; } = new();
    public PostgreSqlWorker PostgreSqlWorker { get; }
    public ModelServer SqliteModels { get; } = new();
    public ModelServer PostgreSqlModels { get; }
    public SealedWorker Sealed { get; } = new();
    public EngineBenchImages EngineBench { get; }

    public async ValueTask DisposeAsync()
    {
        await Sqlite.DisposeAsync();
        await PostgreSql.DisposeAsync();
        await SqliteModels.DisposeAsync();
        await PostgreSqlModels.DisposeAsync();
        await Sealed.DisposeAsync();
        await SqliteWorker.DisposeAsync();
        await PostgreSqlWorker.DisposeAsync();
        await Cluster.DisposeAsync();
    }
}
