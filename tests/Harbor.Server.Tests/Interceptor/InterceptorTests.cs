using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Harbor.FakeLlm;
using Harbor.Server.Interceptor;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Tests.Interceptor;

/// <summary>One at a time: faults and what the endpoint saw are of the whole server.</summary>
public abstract partial class InterceptorTests(ModelServer server)
{
    private const string Chat = "chat/completions";

    [Theory]
    [InlineData(Chat, false)]
    [InlineData(Chat, true)]
    [InlineData("responses", false)]
    [InlineData("responses", true)]
    [InlineData("messages", false)]
    [InlineData("messages", true)]
    public async Task A_call_is_passed_on_counted_and_priced_and_only_the_provider_sees_its_key(string wire, bool stream)
    {
        using var client = await server.RolloutAsync();

        var answer = await client.AskAsync(wire, ModelCalls.Body(wire, stream));

        Assert.Contains("impl Card for ScrapToss", answer, StringComparison.Ordinal);
        Assert.Contains(ModelServer.Sentinel, server.Endpoint.Credentials.Last(), StringComparison.Ordinal);
        Assert.DoesNotContain("hrk_", string.Join(' ', server.Endpoint.Credentials), StringComparison.Ordinal);
        var call = Assert.Single(await client.TraceAsync())!;
        var bytes = System.Text.Encoding.UTF8.GetByteCount(server.Endpoint.Bodies.Last());
        var input = (bytes / 4) + 1;
        Assert.Equal((wire, 200L), (call.Text("wire"), call["status"]!.GetValue<long>()));
        Assert.Equal(input, Tokens(call, "input"));
        Assert.Equal(input / 8, Tokens(call, "cached"));
        if (!stream)
        {
            Assert.Equal(long.Parse(Output().Match(answer).Groups[1].Value, null), Tokens(call, "output"));
        }

        var price = ((Tokens(call, "input") - Tokens(call, "cached")) * 2.5m) + (Tokens(call, "cached") * 0.25m)
            + (Tokens(call, "output") * 10m);
        Assert.Equal(price / 1_000_000m, call["cost_usd"]!.GetValue<decimal>(), 9);
        Assert.Null(call["is_estimated"]);
        Assert.Contains("scrap_toss", call["request"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("scrap_toss", call["response"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_usage_of_a_chat_stream_is_for_the_agent_only_if_it_asked()
    {
        using var client = await server.RolloutAsync();
        var asked = JsonNode.Parse(ModelCalls.Body(Chat, stream: true))!;
        asked["stream_options"] = new JsonObject { ["include_usage"] = true };

        Assert.DoesNotContain("prompt_tokens", await client.AskAsync(Chat, ModelCalls.Body(Chat, stream: true)), StringComparison.Ordinal);
        Assert.Contains("prompt_tokens", await client.AskAsync(Chat, asked.ToJsonString()), StringComparison.Ordinal);
        Assert.All(await client.TraceAsync(), call => Assert.True(Tokens(call!, "output") > 1));
    }

    [Fact]
    public async Task Other_models_are_rewritten_to_the_policys_unless_it_allows_them()
    {
        using var client = await server.RolloutAsync("""{"policy":{"config":{"model":"fake-1","allowed_models":["fake-2"]}}}""");

        await client.AskAsync(Chat, ModelCalls.Body(Chat, model: "gpt-title"));
        await client.AskAsync(Chat, ModelCalls.Body(Chat, model: "fake-2"));

        var calls = await client.TraceAsync();
        Assert.Equal(["gpt-title", "fake-2"], calls.Select(call => call!.Text("requested_model")));
        Assert.Equal(["fake-1", "fake-2"], calls.Select(call => call!.Text("model")));
        Assert.Null(calls[1]!["cost_usd"]); // It has no price: not known is not 0.
        await using var db = await server.OpenAsync();
        var usage = (await db.UsageAsync(client.Rollout.Id, TestContext.Current.CancellationToken))!;
        Assert.Equal((2L, false), (usage.Calls!.Value, usage.CostComplete!.Value));
        Assert.Contains("fake-2", await client.GetAsync("/models"), StringComparison.Ordinal);
        Assert.Equal("ok", await client.GetAsync(""));
    }

    [Fact]
    public async Task What_a_provider_refuses_for_now_is_tried_again_twice()
    {
        using var client = await server.RolloutAsync();
        Enqueue(Fault.RateLimited, Fault.ServerError);
        await client.AskAsync(Chat, ModelCalls.Body(Chat));
        Enqueue(Fault.ServerError, Fault.ServerError, Fault.ServerError);
        await client.AskAsync(Chat, ModelCalls.Body(Chat), HttpStatusCode.InternalServerError);

        var calls = await client.TraceAsync();
        Assert.Equal([200L, 500L], calls.Select(call => call!["status"]!.GetValue<long>()));
        Assert.Equal("provider_error", calls[1]!.Text("error"));
        Assert.Equal(0, calls[1]!["cost_usd"]!.GetValue<decimal>());
    }

    [Fact]
    public async Task An_answer_that_is_cut_off_is_no_whole_answer_and_tokens_that_cannot_be_are_guessed()
    {
        using var client = await server.RolloutAsync();
        Enqueue(Fault.CutStream);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.AskAsync("responses", ModelCalls.Body("responses", stream: true)));
        Enqueue(Fault.WrongUsage);
        await client.AskAsync("responses", ModelCalls.Body("responses", stream: true));
        Enqueue(Fault.NoUsage);
        await client.AskAsync("messages", ModelCalls.Body("messages"));

        var calls = await client.TraceAsync();
        Assert.Equal(["provider_error", null, null], calls.Select(call => call!["error"]?.GetValue<string>()));
        Assert.All(calls, call => Assert.True(call!["is_estimated"]!.GetValue<bool>()));
        Assert.All(calls, call => Assert.InRange(Tokens(call!, "input"), 1, 10_000));
    }

    [Fact]
    public async Task A_call_that_runs_at_the_deadline_ends_and_the_key_opens_nothing_more()
    {
        using var client = await server.RolloutAsync(seconds: 6);
        Enqueue(Fault.StalledStream);

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.AskAsync(Chat, ModelCalls.Body(Chat, stream: true)));

        await UntilAsync(() => server.Endpoint.Open == 0); // The provider sees that its caller has gone.

        await client.AskAsync(Chat, ModelCalls.Body(Chat), HttpStatusCode.Unauthorized);
        Assert.Equal("cut", Assert.Single(await client.TraceAsync())!.Text("error"));
    }

    [Fact]
    public async Task A_call_that_was_cut_before_its_answer_may_have_cost_what_it_asked()
    {
        using var client = await server.RolloutAsync();
        Enqueue(Fault.Stall);
        var ask = client.AskAsync(Chat, ModelCalls.Body(Chat));
        await UntilAsync(() => server.Endpoint.Open > 0);

        await (await server.ServiceAsync<OpenCalls>()).EndAsync(client.Rollout.Id);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => ask);

        var call = Assert.Single(await client.TraceAsync())!;
        Assert.Equal(("cut", true), (call.Text("error"), call["is_estimated"]!.GetValue<bool>()));
        Assert.True(Tokens(call, "input") > 10);
        Assert.True(call["cost_usd"]!.GetValue<decimal>() > 0);
    }

    [Fact]
    public async Task A_call_that_is_still_being_sent_when_the_agents_phase_ends_does_not_reach_the_provider()
    {
        using var client = await server.RolloutAsync();
        using var body = new HeldContent(ModelCalls.Body(Chat));
        var before = server.Endpoint.Bodies.Count;
        var call = client.SendAsync(Chat, body);
        await body.Wanted; // The server has looked the key up, and reads.

        await using (var db = await server.OpenAsync())
        {
            await db.Rollouts.Where(row => row.Id == client.Rollout.Id).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.LlmKeyHash, (byte[]?)null), TestContext.Current.CancellationToken);
        }

        var ended = (await server.ServiceAsync<OpenCalls>()).EndAsync(client.Rollout.Id);
        body.Finish();
        using var answer = await call;

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(before, server.Endpoint.Bodies.Count);
        await ended;
    }

    [Fact]
    public async Task A_body_with_a_name_twice_is_refused_since_the_provider_might_take_the_other_one()
    {
        using var client = await server.RolloutAsync();

        var refused = await client.AskAsync(Chat, """{"model":"fake-1","model":"gpt-5"}""", HttpStatusCode.BadRequest);

        Assert.Contains("malformed", refused, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_is_cut_ends_with_a_whole_letter()
    {
        var reader = new AnswerReader(Chat, hidesUsage: false, "no key");

        reader.Whole(System.Text.Encoding.UTF8.GetBytes($"{new string('x', AnswerReader.Largest - 1)}\U0001F6A2"));

        Assert.Equal(new string('x', AnswerReader.Largest - 1), reader.Text);
    }

    [Fact]
    public async Task What_cannot_be_asked_is_refused_with_the_reason()
    {
        using var client = await server.RolloutAsync("""{"policy":{"config":{"provider":"narrow"}}}""");
        var refused = JsonNode.Parse(await client.AskAsync("responses", ModelCalls.Body("responses"), HttpStatusCode.BadRequest))!;
        Assert.Equal("provider 'narrow' does not speak 'responses'", refused.Text("detail"));
        Assert.Contains("no_provider", await client.AskAsync("messages", ModelCalls.Body("messages"), HttpStatusCode.ServiceUnavailable),
            StringComparison.Ordinal);

        using var other = await server.RolloutAsync("""{"policy":{"config":{"model":"unknown"}}}""");
        Assert.Contains("no_provider", await other.AskAsync(Chat, ModelCalls.Body(Chat), HttpStatusCode.ServiceUnavailable),
            StringComparison.Ordinal);
        using var stranger = await server.ClientWithKeyAsync("hrk_wrong");
        await stranger.PostAsync($"/api/interceptor/v1/{other.Rollout.Id}/c/{Chat}", ModelCalls.Body(Chat), HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task The_providers_key_is_in_no_trace_file_row_or_process_list()
    {
        using var client = await server.RolloutAsync();
        await client.AskAsync(Chat, ModelCalls.Body(Chat, text: $"{ModelCalls.Prompt} {ModelServer.Sentinel}"));

        Assert.Contains("***", (await client.TraceAsync()).ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(ModelServer.Sentinel, (await client.TraceAsync()).ToJsonString(), StringComparison.Ordinal);
        await using var db = await server.OpenAsync();
        Assert.Empty(await db.ModelCalls.Where(call => call.Request!.Contains(ModelServer.Sentinel)
            || call.Response!.Contains(ModelServer.Sentinel)).ToListAsync(TestContext.Current.CancellationToken));
        var files = Directory.GetFiles(server.Folder, "*", SearchOption.AllDirectories)
            .Concat(Directory.GetDirectories("/proc").Select(folder => Path.Combine(folder, "cmdline")).Where(File.Exists));
        Assert.All(files, file => Assert.DoesNotContain(ModelServer.Sentinel, Text(file), StringComparison.Ordinal));
    }

    private void Enqueue(params Fault[] faults)
    {
        foreach (var fault in faults)
        {
            server.Endpoint.Faults.Enqueue(fault);
        }
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo())
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private static long Tokens(JsonNode call, string name) => call["usage"]![$"{name}_tokens"]!.GetValue<long>();

    private static string Text(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            return reader.ReadToEnd();
        }
        catch (IOException)
        {
            return ""; // A process that has ended, or the server's lock.
        }
    }

    [GeneratedRegex("""(?:completion|output)_tokens":(\d+)""")]
    private static partial Regex Output();
}

[Collection("Models on SQLite")]
public sealed class InterceptorOnSqlite(TestServers servers) : InterceptorTests(servers.SqliteModels);

[Collection("Models on PostgreSQL")]
public sealed class InterceptorOnPostgreSql(TestServers servers) : InterceptorTests(servers.PostgreSqlModels);
