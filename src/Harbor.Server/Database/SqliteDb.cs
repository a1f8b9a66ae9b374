using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Harbor.Server.Database;

/// <summary>Embedded, for one process.</summary>
public sealed class SqliteDb(DbContextOptions<SqliteDb> options) : HarborDb(options)
{
    public override string SkipLocked => ""; // One writer at a time.

    public override string Clock(int seconds = 0) => $"(CAST(unixepoch('subsec') * 1000 AS INTEGER) + {seconds * 1000L})";

    public override Task NotifyAsync(string topic, CancellationToken ct) => Task.CompletedTask;

    /// <summary>SQLite can't compare a DateTimeOffset: times are milliseconds since 1970.</summary>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<Milliseconds>();

    private sealed class Milliseconds() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(), value => DateTimeOffset.FromUnixTimeMilliseconds(value));
}
