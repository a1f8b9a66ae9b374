using System.Net;

namespace Harbor.Server.Tests.Keys;

public abstract class KeyTests(TestServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("hk_")]
    [InlineData("hk_aaaaaaaa_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_request_without_a_known_key_is_refused(string? key)
    {
        using var client = await server.ClientWithKeyAsync(null);
        client.DefaultRequestHeaders.Add("X-API-Key", key is null ? [] : [key]);

        var answer = await client.GetAsync("/api/harbor/deployments", HttpStatusCode.Unauthorized);

        Assert.Equal("invalid or missing API key", answer.Text("detail"));
        Assert.Equal("unauthorized", answer.Text("code"));
    }

    [Fact]
    public async Task The_key_may_stand_in_both_headers_if_it_is_the_same()
    {
        var key = await server.NewKeyAsync();
        using var client = await server.ClientWithKeyAsync(key);
        client.DefaultRequestHeaders.Add("X-API-Key", key);
        await client.GetJsonAsync("/api/harbor/deployments");

        client.DefaultRequestHeaders.Remove("X-API-Key");
        client.DefaultRequestHeaders.Add("X-API-Key", await server.NewKeyAsync());
        await client.GetAsync("/api/harbor/deployments", HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_key_whose_end_differs_is_refused()
    {
        var key = await server.NewKeyAsync();
        using var client = await server.ClientWithKeyAsync(key[..^1] + (key[^1] == 'A' ? 'B' : 'A'));

        await client.GetAsync("/api/harbor/deployments", HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_revoked_key_is_refused_at_once()
    {
        var key = await server.NewKeyAsync();
        using var client = await server.ClientWithKeyAsync(key);
        await client.GetJsonAsync("/api/harbor/deployments");

        await server.KeysAsync("revoke", "--id", key.Split('_')[1]);

        await client.GetAsync("/api/harbor/deployments", HttpStatusCode.Unauthorized);
        Assert.Contains("revoked", await server.KeysAsync("list"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scope_that_the_key_lacks_is_said_with_403()
    {
        using var client = await server.ClientAsync("read");

        await client.GetJsonAsync("/api/harbor/deployments");
        var answer = await client.PostAsync("/api/harbor/deployments", "{}", HttpStatusCode.Forbidden);

        Assert.Equal("forbidden", answer.Text("code"));
    }

    [Fact]
    public async Task The_database_holds_no_key()
    {
        var key = await server.NewKeyAsync();
        await using var db = await server.OpenAsync();
        var id = key.Split('_')[1];

        var row = db.ApiKeys.Single(stored => stored.Id == id);

        Assert.Equal(32, row.Hash.Length);
        Assert.DoesNotContain(key[12..], System.Text.Json.JsonSerializer.Serialize(row.Name) + row.Scopes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Anybody_may_ask_whether_the_server_lives()
    {
        using var client = await server.ClientWithKeyAsync(null);

        Assert.Equal("ok", (await client.GetJsonAsync("/healthz")).Text("status"));
        Assert.Equal("ready", (await client.GetJsonAsync("/readyz")).Text("status"));
        Assert.Equal("harbor", (await client.GetJsonAsync("/api/harbor")).Text("service"));
    }

    [Theory]
    [InlineData("--scopes", "read,everything", "Unknown scope everything")]
    [InlineData("--expires-days", "soon", "expected a number")]
    [InlineData("--expires-days", "0", "must be a whole number")]
    [InlineData("--colour", "red", "'--colour'")]
    public async Task Wrong_words_of_the_command_are_said(string option, string value, string expected)
    {
        var error = await Assert.ThrowsAsync<UsageException>(() => server.KeysAsync("create", "--name", "x", option, value));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}

public sealed class KeysOnSqlite(TestServers servers) : KeyTests(servers.Sqlite);

[Trait("Category", "Engine")]
public sealed class KeysOnPostgreSql(TestServers servers) : KeyTests(servers.PostgreSql);
