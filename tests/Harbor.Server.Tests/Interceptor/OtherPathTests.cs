using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Harbor.Server.Tests.Interceptor;

/// <summary>What agents ask beside the usual: counts of tokens, the paths of older ones.</summary>
[Collection("Models on SQLite")]
public sealed class OtherPathTests(TestServers servers)
{
    private readonly ModelServer _server = servers.SqliteModels;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_count_of_tokens_is_passed_on_and_costs_nothing()
    {
        using var client = await _server.RolloutAsync("""{"policy":{"config":{"model":"fake-1"}},"budget":{"max_calls":1}}""");
        var body = ModelCalls.Body("messages");

        var counted = JsonNode.Parse(await client.AskAsync("messages/count_tokens", body))!;
        await client.AskAsync("v1/messages/count_tokens", body);

        Assert.InRange(counted["input_tokens"]!.GetValue<long>(), 10, Encoding.UTF8.GetByteCount(body));
        Assert.Empty(await client.TraceAsync());
        await client.AskAsync("messages", body); // The one call of its budget is still there.
        Assert.Single(await client.TraceAsync());
    }

    [Fact]
    public async Task The_older_path_has_the_correlation_in_its_query()
    {
        using var client = await _server.RolloutAsync();
        using var agent = await _server.ClientWithKeyAsync(client.Key);
        using var content = new StringContent(ModelCalls.Body("chat/completions"), Encoding.UTF8, "application/json");

        var answer = await agent.PostAsync(
            new Uri($"/api/interceptor/v1/{client.Rollout.Id}/chat/completions?cid=corr-1", UriKind.Relative), content, Ct);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("chat/completions", Assert.Single(await client.TraceAsync())!.Text("wire"));
    }
}
