using Npgsql;

namespace Harbor.Server.Tests;

/// <summary>
/// A real PostgreSQL of this test run: started when first needed, by an unprivileged user, in a temporary folder, on a Unix socket only.
/// Needs Debian's package <c>postgresql</c>.
/// </summary>
public sealed class PostgreSqlCluster : IAsyncDisposable
{
    private const string User = "65534"; // nobody
    private readonly SemaphoreSlim _gate = new(1);
    private readonly string _folder = Directory.CreateTempSubdirectory("harbor-pg-").FullName;
    private ChildProcess? _server;

    /// <summary>The URL of a new, empty database.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        await _gate.WaitAsync();
        try
        {
            _server ??= await StartAsync();
        }
        finally
        {
            _gate.Release();
        }

        var name = $"t{Guid.NewGuid():N}";
        await using var connection = new NpgsqlConnection($"Host={_folder};Username=postgres;Database=postgres;Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return $"Host={_folder};Username=postgres;Database={name};Maximum Pool Size=40";
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
        _gate.Dispose();
    }

    private async Task<ChildProcess> StartAsync()
    {
        var programs = Directory.GetDirectories("/usr/lib/postgresql").Order().LastOrDefault()
            ?? throw new InvalidOperationException("These tests need PostgreSQL: apt-get install postgresql");
        var data = Path.Combine(_folder, "data");
        string[] unprivileged = Environment.IsPrivilegedProcess ? ["--reuid", User, "--regid", User, "--clear-groups"] : [];
        if (Environment.IsPrivilegedProcess)
        {
            await ChildProcess.RunAsync("chown", User, _folder);
        }

        await ChildProcess.RunAsync("setpriv",
            [.. unprivileged, Path.Combine(programs, "bin/initdb"), "-D", data, "-U", "postgres", "-A", "trust",
            "--no-sync", "-E", "UTF8", "--locale=C"]);
        var server = new ChildProcess("setpriv", [.. unprivileged, Path.Combine(programs, "bin/postgres"), "-D", data, "-k", _folder,
            "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=300", "-c", "shared_buffers=64MB"],
                "ready to accept connections");
        await server.AnnouncedAsync(CancellationToken.None);
        return server;
    }
}
