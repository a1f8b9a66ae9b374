using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Harbor.FakeLlm;
using Harbor.Server.Tests.EngineBench;

namespace Harbor.Server.Tests.Interceptor;

public sealed class FakeLlmTests : IAsyncLifetime
{
    private static readonly FakeScript Script = FakeScript.Read(EngineBenchFolder.Path);
    private readonly HttpClient _client = new();
    private FakeEndpoint _endpoint = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _endpoint = await FakeEndpoint.StartAsync(Script, "http://127.0.0.1:0", Ct);
        _client.BaseAddress = new Uri(_endpoint.Url);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _endpoint.DisposeAsync();
    }

    [Theory]
    [InlineData("chat/completions")]
    [InlineData("responses")]
    [InlineData("messages")]
    public async Task Each_wire_writes_the_card_of_the_prompt_by_the_agents_own_tool_and_then_is_done(string wire)
    {
        var whole = await PostAsync(wire, ModelCalls.Body(wire));
        var again = await PostAsync(wire, ModelCalls.Body(wire));
        var streamed = await PostAsync(wire, ModelCalls.Body(wire, stream: true));
        var done = await PostAsync(wire, ModelCalls.Body(wire, done: true));

        Assert.Equal(whole, again);
        Assert.Contains("src/cards/scrap_toss.rs", whole, StringComparison.Ordinal);
        Assert.Contains("impl Card for ScrapToss", whole, StringComparison.Ordinal);
        Assert.Contains("impl Card for ScrapToss", streamed, StringComparison.Ordinal);
        Assert.Contains("output_tokens", (whole + streamed).Replace("completion_tokens", "output_tokens", StringComparison.Ordinal),
            StringComparison.Ordinal);
        Assert.Contains("\"done\"", done, StringComparison.Ordinal);
        Assert.DoesNotContain("impl Card", done, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hard_card_is_written_broken_until_the_instructions_have_its_rule()
    {
        var hard = Script.Tasks.Values.Where(task => task.Rule is not null).ToList();
        Assert.Equal(6, hard.Count);
        Assert.Equal(24, Script.Tasks.Count);
        Assert.All(hard, task =>
        {
            Assert.NotEqual(task.Solution, task.Broken);
            Assert.Equal(task.Broken, FakeScript.Written(task, "Be quick."));
            Assert.Equal(task.Solution, FakeScript.Written(task, $"Mind this: {task.Rule}."));
        });
    }

    [Fact]
    public async Task Asked_for_new_instructions_it_adds_the_next_rule_that_the_feedback_names()
    {
        var task = Script.Tasks["time_bomb"];
        var test = task.Rule!.Replace(' ', '_');
        var ask = $"""
            I provided an assistant with the following instructions to perform a task for me:
            ```
            Be quick.
            ```
            Feedback: the test {test} failed.
            """;

        var answer = JsonNode.Parse(await PostAsync("chat/completions", ModelCalls.Body("chat/completions", text: ask)))!;

        Assert.Equal($"```\nBe quick.\nMind this: {task.Rule}.\n```", answer["choices"]![0]!["message"]!.Text("content"));
    }

    [Fact]
    public async Task Faults_take_effect_once_each_and_in_order()
    {
        var body = ModelCalls.Body("chat/completions", stream: true);
        foreach (var fault in (Fault[])[Fault.RateLimited, Fault.ServerError, Fault.CutStream, Fault.MalformedJson, Fault.NoUsage])
        {
            _endpoint.Faults.Enqueue(fault);
        }

        using var limited = await SendAsync(body);
        Assert.Equal(HttpStatusCode.TooManyRequests, limited.StatusCode);
        Assert.Equal("1", limited.Headers.GetValues("Retry-After").Single());
        using var failed = await SendAsync(body);
        Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => PostAsync("chat/completions", body));
        Assert.Contains("{\"broken\n", await PostAsync("chat/completions", body), StringComparison.Ordinal);
        Assert.DoesNotContain("usage", await PostAsync("chat/completions", ModelCalls.Body("chat/completions", stream: true)),
            StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", await PostAsync("chat/completions", body), StringComparison.Ordinal);
    }

    private async Task<string> PostAsync(string wire, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _client.PostAsync(new Uri($"/v1/{wire}", UriKind.Relative), content, Ct);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(Ct);
    }

    private Task<HttpResponseMessage> SendAsync(string body) =>
        _client.PostAsync(new Uri("/chat/completions", UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"), Ct);
}
