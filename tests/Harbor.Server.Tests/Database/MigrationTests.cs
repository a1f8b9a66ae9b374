using Harbor.Server.Database;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Tests.Database;

public sealed class MigrationTests(TestServers servers)
{
    [Theory]
    [InlineData("Data Source=none.db", false)]
    [InlineData("Host=none", true)]
    public void Every_change_of_the_tables_has_a_migration(string connection, bool isPostgreSql)
    {
        using var db = new Databases(new DatabaseUrl(connection, isPostgreSql)).Open();

        Assert.False(db.Database.HasPendingModelChanges());
    }

    [Fact]
    public void A_database_url_shows_no_password()
    {
        var url = DatabaseUrl.Parse("postgresql://me:s3cret%21@db.example:6543/harbor?Timeout=3");

        Assert.Contains("Port=6543", url.ConnectionString, StringComparison.Ordinal);
        Assert.Contains("Password=s3cret!", url.ConnectionString, StringComparison.Ordinal);
        Assert.Equal("postgresql://db.example/harbor", url.ToString());
    }

    [Fact]
    public async Task The_document_of_the_api_names_every_route()
    {
        using var client = await servers.Sqlite.ClientWithKeyAsync(null);

        var document = await client.GetJsonAsync("/openapi.json");

        string[] paths = [.. document["paths"]!.AsObject().Select(path => path.Key)];
        Assert.Contains("/api/harbor/deployments/{d}/rollout", paths);
        Assert.Contains("/api/harbor/rollouts/{r}/artifacts/{id}", paths);
        Assert.Contains("/api/eval/jobs/{j}/events/stream", paths);
        Assert.Contains("/api/jobs/eval", paths);
        Assert.True(paths.Length > 40, $"only {paths.Length} paths");
    }
}
