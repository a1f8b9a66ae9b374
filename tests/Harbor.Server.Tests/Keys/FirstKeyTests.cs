using System.Net;
using Harbor.Server.Database;
using Harbor.Server.Keys;

namespace Harbor.Server.Tests.Keys;

public abstract class FirstKeyTests(TestServer server) : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        File.Delete(_file);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_first_key_works_and_a_changed_one_takes_its_place()
    {
        var (first, second) = (KeyText.New().Key, KeyText.New().Key);

        await StartWithAsync(first + "\n");
        await StartWithAsync(first);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(first));

        await StartWithAsync(second);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(second));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(first));
    }

    [Fact]
    public async Task A_first_key_that_was_revoked_stays_revoked()
    {
        var (id, key) = KeyText.New();
        await StartWithAsync(key);

        await server.KeysAsync("revoke", "--id", id);
        await StartWithAsync(key);

        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("s3ntinel-in-the-wrong-file")]
    public async Task A_file_without_a_key_is_an_error_that_does_not_repeat_it(string text)
    {
        var error = await Assert.ThrowsAsync<UsageException>(() => StartWithAsync(text));

        Assert.Contains($"{_file} has no API key", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3ntinel", error.Message, StringComparison.Ordinal);
    }

    /// <summary>What a start does before it listens.</summary>
    private async Task StartWithAsync(string text)
    {
        await File.WriteAllTextAsync(_file, text, Ct);
        await FirstKey.EnsureAsync(await server.ServiceAsync<Databases>(), TimeProvider.System, _file, Ct);
    }

    private async Task<HttpStatusCode> AskAsync(string key)
    {
        using var client = await server.ClientWithKeyAsync(key);
        using var answer = await client.GetAsync("/api/harbor/deployments", Ct);
        return answer.StatusCode;
    }
}

public sealed class FirstKeyOnSqlite(TestServers servers) : FirstKeyTests(servers.Sqlite);

[Trait("Category", "Engine")]
public sealed class FirstKeyOnPostgreSql(TestServers servers) : FirstKeyTests(servers.PostgreSql);
