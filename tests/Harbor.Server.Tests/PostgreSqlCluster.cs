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

    private static string[] Unprivileged =>
        Environment.IsPrivilegedProcess ? ["--reuid", User, "--regid", User, "--clear-groups"] : [];

    private string Data => Path.Combine(_folder, "data");

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

    /// <summary>As an upgrade does it: connections are cut, what was committed stays.</summary>
    public async Task StopAsync()
    {
        await ChildProcess.RunAsync("kill", "-INT", $"{_server!.Id}");
        await _server.EndedAsync(CancellationToken.None);
        await _server.DisposeAsync();
        _server = null;
    }

    /// <summary>After <see cref="StopAsync"/>, over the same files.</summary>
    public async Task StartAgainAsync() => _server = await RunAsync();

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
        _gate.Dispose();
    }

    private static string Program(string name) => Path.Combine(Directory.GetDirectories("/usr/lib/postgresql").Order().LastOrDefault()
        ?? throw new InvalidOperationException("These tests need PostgreSQL: apt-get install postgresql"), "bin", name);

    private async Task<ChildProcess> StartAsync()
    {
        if (Environment.IsPrivilegedProcess)
        {
            await ChildProcess.RunAsync("chown", User, _folder);
        }

        await ChildProcess.RunAsync("setpriv",
            [.. Unprivileged, Program("initdb"), "-D", Data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"]);
        return await RunAsync();
    }

    private async Task<ChildProcess> RunAsync()
    {
        var server = new ChildProcess("setpriv", [.. Unprivileged, Program("postgres"), "-D", Data, "-k", _folder,
            "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=300", "-c", "shared_buffers=64MB"],
                "ready to accept connections");
        await server.AnnouncedAsync(CancellationToken.None);
        return server;
    }
}
