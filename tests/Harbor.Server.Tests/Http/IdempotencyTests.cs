using System.Net;

namespace Harbor.Server.Tests.Http;

public abstract class IdempotencyTests(TestServer server)
{
    private const string Path = "/api/harbor/deployments";
    private static readonly byte[] Context = Archives.Of(("Dockerfile", "FROM scratch"));

    [Fact]
    public async Task The_same_request_again_gets_the_first_answer_word_for_word()
    {
        using var client = await server.ClientAsync();
        var body = Archives.Create("once", Context).ToJsonString();
        using var first = await client.SendAsync(HttpMethod.Post, Path, body, "key-1");
        using var deleted = await client.SendAsync(HttpMethod.Delete, $"{Path}/once", null);

        using var again = await client.SendAsync(HttpMethod.Post, Path, body, "key-1");

        var ct = TestContext.Current.CancellationToken;
        Assert.Equal(await first.Content.ReadAsStringAsync(ct), await again.Content.ReadAsStringAsync(ct));
        Assert.Equal("true", again.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.False(first.Headers.Contains("Idempotency-Replayed"));
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_a_mismatch()
    {
        using var client = await server.ClientAsync();
        await client.PostAsync(Path, Archives.Create("one", Context).ToJsonString(), idempotencyKey: "k");

        var answer = await client.PostAsync(Path, Archives.Create("two", Context).ToJsonString(), HttpStatusCode.UnprocessableEntity, "k");

        Assert.Equal("idempotency_mismatch", answer.Text("code"));
    }

    [Fact]
    public async Task An_error_of_the_input_is_replayed_too()
    {
        using var client = await server.ClientAsync();
        await client.PostAsync(Path, "{}", HttpStatusCode.UnprocessableEntity, "bad");

        using var again = await client.SendAsync(HttpMethod.Post, Path, "{}", "bad");

        Assert.Equal("true", again.Headers.GetValues("Idempotency-Replayed").Single());
    }

    [Fact]
    public async Task Another_organisation_may_use_the_same_key()
    {
        using var mine = await server.ClientAsync();
        using var theirs = await server.ClientAsync();
        var body = Archives.Create("x", Context).ToJsonString();

        var first = await mine.PostAsync(Path, body, idempotencyKey: "shared");
        var second = await theirs.PostAsync(Path, body, idempotencyKey: "shared");

        Assert.NotEqual(first.Text("id"), second.Text("id"));
    }

    [Fact]
    public async Task Requests_at_once_with_one_key_run_once()
    {
        using var client = await server.ClientAsync();
        var id = (await client.PostAsync(Path, Archives.Create("built", Context).ToJsonString())).Text("id");

        var answers = await Task.WhenAll(Enumerable.Range(0, 5)
            .Select(_ => client.PostAsync($"{Path}/{id}/build", "{}", idempotencyKey: "b")));

        Assert.Single(answers.Select(answer => answer.Text("build_id")).Distinct());
        Assert.Equal(2, (await client.GetJsonAsync($"{Path}/{id}/builds"))["total"]!.GetValue<int>());
    }

    [Fact]
    public async Task What_a_dead_process_began_is_begun_again()
    {
        using var client = await server.ClientAsync();
        var body = Archives.Create("interrupted", Context).ToJsonString();
        await client.PostAsync(Path, body, idempotencyKey: "dead");
        var identity = await server.ServiceAsync<ServerIdentity>();
        await using (var db = await server.OpenAsync())
        {
            var row = db.IdempotencyRecords.Single(record => record.Key == "dead");
            row.Status = null;
            row.Owner = $"{identity.Worker}/gone";
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        using var again = await client.SendAsync(HttpMethod.Post, Path, body, "dead");

        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.False(again.Headers.Contains("Idempotency-Replayed"));
    }
}

public sealed class IdempotencyOnSqlite(TestServers servers) : IdempotencyTests(servers.Sqlite);

[Trait("Category", "Engine")]
public sealed class IdempotencyOnPostgreSql(TestServers servers) : IdempotencyTests(servers.PostgreSql);
