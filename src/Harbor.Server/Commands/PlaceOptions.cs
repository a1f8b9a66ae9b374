using System.CommandLine;
using Harbor.Server.Database;

namespace Harbor.Server.Commands;

/// <summary>Where a server keeps what it has.</summary>
internal static class PlaceOptions
{
    public const string DefaultData = "var/server";

    public static Option<string> Data { get; } = new("--data")
    {
        Description = "The server's folder",
        HelpName = "DIR",
        DefaultValueFactory = _ => DefaultData,
        Recursive = true,
    };

    public static Option<string?> Database { get; } = new("--database")
    {
        Description = $"postgresql://user:password@host:5432/name (default: {DatabaseUrl.Variable}, else SQLite in the folder)",
        HelpName = "URL",
        Recursive = true,
    };

    /// <exception cref="UsageException">The folder can't be made.</exception>
    public static DataFolder ReadData(this ParseResult given) => new(given.GetRequiredValue(Data));

    /// <exception cref="UsageException">The URL is none.</exception>
    public static DatabaseUrl ReadDatabase(this ParseResult given, DataFolder data) =>
        (given.GetValue(Database) ?? Environment.GetEnvironmentVariable(DatabaseUrl.Variable)) is { Length: > 0 } url
            ? DatabaseUrl.Parse(url) : DatabaseUrl.File(data.Path);
}
