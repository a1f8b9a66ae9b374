using System.Data.Common;
using Harbor.Server.Database;
using Npgsql;

namespace Harbor.Server.Queue;

/// <summary>Hears the signals of other processes, where the database is PostgreSQL.</summary>
internal sealed class SignalListener(Databases databases, Signals signals, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (databases.Url.IsPostgreSql && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (Exception error) when (error is DbException or IOException or TimeoutException or System.Net.Sockets.SocketException)
            {
                await Task.Delay(Pause, time, stoppingToken); // Until then, waiters look by themselves.
            }
        }
    }

    private async Task ListenAsync(CancellationToken ct)
    {
        var connection = new NpgsqlConnectionStringBuilder(databases.Url.ConnectionString) { Pooling = false, KeepAlive = 30 };
        await using var listening = new NpgsqlConnection(connection.ConnectionString);
        await listening.OpenAsync(ct);
        listening.Notification += (_, notification) => signals.Raise(notification.Payload);
        await using (var command = new NpgsqlCommand($"LISTEN {PostgreSqlDb.Channel}", listening))
        {
            await command.ExecuteNonQueryAsync(ct);
        }

        while (true)
        {
            await listening.WaitAsync(ct);
        }
    }
}
