using Harbor.Server.Database;
using Harbor.Server.Sandboxes;

namespace Harbor.Server.Tests;

/// <summary>A server that works on the engine of this machine; removes what it made there.</summary>
public abstract class WorkerServer : TestServer
{
    protected override bool Worker => true;

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["Sandbox:FreeDiskGb"] = "1",
        ["Sandbox:StartsPerSecond"] = "0",
        ["Sandbox:Disk"] = "watched",
        ["Sandbox:Relays"] = "0",
    };

    public override async ValueTask DisposeAsync()
    {
        if (await TryServiceAsync<ServerIdentity>() is { } identity && await TryServiceAsync<SandboxEngine>() is { } engine)
        {
            var installation = identity.Installation;
            await StopAsync();
            using var own = new SandboxEngine(new SandboxSettings());
            await EngineLeftovers.RemoveAsync(own, installation);
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

public sealed class SqliteWorker : WorkerServer
{
    private protected override Task<DatabaseUrl> DatabaseAsync(DataFolder data) => Task.FromResult(DatabaseUrl.File(data.Path));
}

public sealed class PostgreSqlWorker(PostgreSqlCluster cluster) : WorkerServer
{
    private protected override async Task<DatabaseUrl> DatabaseAsync(DataFolder data) =>
        DatabaseUrl.Parse(await cluster.NewDatabaseAsync());
}
