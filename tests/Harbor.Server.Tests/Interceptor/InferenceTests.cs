using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Harbor.Server.Interceptor;
using Harbor.Server.Keys;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Tests.Interceptor;

/// <summary><c>POST /api/inference/v1/chat/completions</c>: models for whoever has an API key.</summary>
[Collection("Models on SQLite")]
public sealed class InferenceTests(TestServers servers)
{
    private const string Path = "/api/inference/v1/chat/completions";
    private readonly ModelServer _server = servers.SqliteModels;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_with_an_API_key_is_passed_on_and_what_the_key_used_is_counted(bool stream)
    {
        var key = await _server.NewKeyAsync("run", $"o{Guid.NewGuid():N}");
        using var client = await _server.ClientWithKeyAsync(key);

        var (status, answer) = await AskAsync(client, ModelCalls.Body("chat/completions", stream));
        await AskAsync(client, ModelCalls.Body("chat/completions", stream));

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("impl Card for ScrapToss", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(ModelServer.Sentinel, answer, StringComparison.Ordinal);
        Assert.DoesNotContain(key, string.Join(' ', _server.Endpoint.Credentials), StringComparison.Ordinal);
        await using var db = await _server.OpenAsync();
        var used = await db.ModelBudgets.AsNoTracking().SingleAsync(row => row.Owner == Budgets.OfKey(KeyText.Id(key)!), Ct);
        Assert.Equal(2, used.Calls);
        Assert.True(used is { Tokens: > 100, CostNano: > 1000 });
    }

    [Theory]
    [InlineData("""{"model":"gpt-4o"}""", 503, "no_provider")]
    [InlineData("""{"model":"claude-1"}""", 400, "wrong_wire")]
    [InlineData("""{"messages":[]}""", 400, "no_model")]
    [InlineData("""[]""", 400, "malformed")]
    [InlineData("""{"model":"fake-1","model":"fake-2"}""", 400, "malformed")]
    public async Task What_can_not_be_passed_on_is_said(string body, int status, string code)
    {
        using var client = await _server.ClientAsync("run");

        var (answered, text) = await AskAsync(client, body);

        Assert.Equal((status, code), ((int)answered, JsonNode.Parse(text)!.Text("code")));
    }

    [Fact]
    public async Task A_server_without_providers_answers_503_whatever_the_model()
    {
        using var client = await servers.Sqlite.ClientAsync("run");

        var (status, text) = await AskAsync(client, ModelCalls.Body("chat/completions"));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "no_provider"), (status, JsonNode.Parse(text)!.Text("code")));
    }

    [Fact]
    public async Task No_key_a_wrong_one_a_rollouts_own_and_one_without_the_scope_are_refused()
    {
        using var rollout = await _server.RolloutAsync();
        var reader = await _server.NewKeyAsync("read,deploy", $"o{Guid.NewGuid():N}");
        foreach (var (key, expected) in new[] { (null, 401), ("hk_00000000_wrong", 401), (rollout.Key, 401), (reader, 403) })
        {
            using var client = await _server.ClientWithKeyAsync(key);
            Assert.Equal(expected, (int)(await AskAsync(client, ModelCalls.Body("chat/completions"))).Status);
        }
    }

    [Fact]
    public async Task A_wire_that_nobody_knows_is_not_found_and_a_rollouts_key_opens_none()
    {
        using var client = await _server.ClientAsync("run");
        using var content = new StringContent("{}", Encoding.UTF8, "application/json");
        var answer = await client.PostAsync(new Uri("/api/inference/v1/embeddings", UriKind.Relative), content, Ct);
        using var rollout = await _server.RolloutAsync();

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        await rollout.AskAsync("embeddings", "{}", HttpStatusCode.Unauthorized);
        Assert.Empty(await rollout.TraceAsync());
    }

    private static async Task<(HttpStatusCode Status, string Text)> AskAsync(HttpClient client, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri(Path, UriKind.Relative), content, Ct);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }
}
