using Harbor.Server.Database;
using Harbor.Server.Tests.Processes;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Tests.Nodes;

public sealed class WorkerKeyTests(TestServers servers)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_worker_without_the_servers_key_is_refused()
    {
        var folder = Directory.CreateTempSubdirectory("harbor-key-").FullName;
        var database = await servers.Cluster.NewDatabaseAsync();
        var data = Path.Combine(folder, "worker");
        try
        {
            await using var server = new ServerProcess(Path.Combine(folder, "server"), database, "--no-worker");
            using var client = await server.StartAsync(Ct);
            string[] words = [ServerProcess.Program, "worker", "--database", database, "--data", data];

            await using var none = new ChildProcess("dotnet", words);
            Assert.Equal(2, await none.EndedAsync(Ct));
            Assert.Contains("copy secret.key from the server's data folder", none.Output, StringComparison.Ordinal);

            await UntilKnownAsync(database);
            await File.WriteAllBytesAsync(Path.Combine(data, "secret.key"), new byte[32], Ct);
            await using var wrong = new ChildProcess("dotnet", words);
            Assert.Equal(2, await wrong.EndedAsync(Ct));
            Assert.Contains("is not the key of this database's server", wrong.Output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The server says which key it has, a moment after its start.</summary>
    private static async Task UntilKnownAsync(string database)
    {
        var databases = new Databases(DatabaseUrl.Parse(database));
        while (true)
        {
            await using var db = databases.Open();
            if (await db.Settings.AnyAsync(row => row.Name == "secret_key", Ct))
            {
                return;
            }

            await Task.Delay(100, Ct);
        }
    }
}
