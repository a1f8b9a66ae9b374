using Npgsql;

namespace Harbor.Server.Database;

/// <summary>Where the tables are: a file of SQLite in the data folder, or PostgreSQL.</summary>
public sealed record DatabaseUrl(string ConnectionString, bool IsPostgreSql)
{
    public const string Variable = "HARBOR_DATABASE_URL";

    /// <summary>Without the password.</summary>
    public override string ToString()
    {
        var parts = new NpgsqlConnectionStringBuilder();
        if (!IsPostgreSql)
        {
            return ConnectionString["Data Source=".Length..];
        }

        parts.ConnectionString = ConnectionString;
        return $"postgresql://{parts.Host}/{parts.Database}";
    }

    public static DatabaseUrl File(string dataFolder) => new($"Data Source={Path.Combine(dataFolder, "harbor.db")}", false);

    /// <summary><c>postgresql://user:password@host:port/database?Option=value</c>, or an Npgsql connection string.</summary>
    /// <exception cref="UsageException">It is neither. The message does not repeat it, since it may hold a password.</exception>
    public static DatabaseUrl Parse(string text)
    {
        if (!text.Contains("://", StringComparison.Ordinal))
        {
            return Checked(text);
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("postgres" or "postgresql"))
        {
            throw new UsageException("The database URL must look like postgresql://user:password@host:5432/database.");
        }

        var user = url.UserInfo.Split(':', 2);
        var parts = new NpgsqlConnectionStringBuilder
        {
            Host = url.Host.Length == 0 ? "localhost" : Uri.UnescapeDataString(url.Host),
            Port = url.Port < 0 ? 5432 : url.Port,
            Database = Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/')),
            Username = user[0].Length == 0 ? null : Uri.UnescapeDataString(user[0]),
            Password = user.Length == 2 ? Uri.UnescapeDataString(user[1]) : null,
        };
        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var option = pair.Split('=', 2);
            Set(parts, Uri.UnescapeDataString(option[0]), option.Length == 2 ? Uri.UnescapeDataString(option[1]) : "");
        }

        return new DatabaseUrl(parts.ConnectionString, true);
    }

    private static void Set(NpgsqlConnectionStringBuilder parts, string name, string value)
    {
        try
        {
            parts[name switch { "sslmode" => "SSL Mode", "host" => "Host", _ => name }] = value;
        }
        catch (Exception error) when (error is ArgumentException or KeyNotFoundException or FormatException or InvalidCastException)
        {
            throw new UsageException($"The database URL has an unknown option or a wrong value: {name}");
        }
    }

    private static DatabaseUrl Checked(string text)
    {
        try
        {
            return new DatabaseUrl(new NpgsqlConnectionStringBuilder(text).ConnectionString, true);
        }
        catch (ArgumentException)
        {
            throw new UsageException("The database must be given as postgresql://user:password@host:5432/database.");
        }
    }
}
