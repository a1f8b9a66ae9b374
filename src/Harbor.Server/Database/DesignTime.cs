using Microsoft.EntityFrameworkCore.Design;

namespace Harbor.Server.Database;

/// <summary>For <c>dotnet ef migrations add</c>, which connects to nothing.</summary>
internal sealed class SqliteDesign : IDesignTimeDbContextFactory<SqliteDb>
{
    public SqliteDb CreateDbContext(string[] args) => new(Databases.Sqlite("Data Source=design.db"));
}

internal sealed class PostgreSqlDesign : IDesignTimeDbContextFactory<PostgreSqlDb>
{
    public PostgreSqlDb CreateDbContext(string[] args) => new(Databases.PostgreSql("Host=design"));
}
