using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Database;

/// <summary>For a server with workers on further machines.</summary>
public sealed class PostgreSqlDb(DbContextOptions<PostgreSqlDb> options) : HarborDb(options)
{
    public const string Channel = "harbor";

    public override string SkipLocked => "FOR UPDATE SKIP LOCKED";

    public override string Clock(int seconds = 0) =>
        seconds == 0 ? "clock_timestamp()" : $"(clock_timestamp() + interval '{seconds} seconds')";

    public override Task NotifyAsync(string topic, CancellationToken ct) =>
        Database.ExecuteSqlAsync($"SELECT pg_notify({Channel}, {topic})", ct);
}
