using System.Net;
using System.Text;

namespace Harbor.Server.Tests.Rollouts;

/// <summary>What a program writes is its own fault: never the platform's, so that nothing is run again for it.</summary>
public abstract class OddResultTests(TestServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""printf '{"metrics":{"reward_mean":1},"error":"a\\u0000b"}' > /tmp/result.json""", null)]
    [InlineData("""printf '{"metrics":{"reward_mean":1},"error":"a\\ud800b"}' > /tmp/result.json""", "invalid_result")]
    [InlineData("""printf '{"metrics":{"reward_mean":1},"metrics":{"reward_mean":1}}' > /tmp/result.json""", "invalid_result")]
    [InlineData("""printf '{"metrics":{"reward_mean":1,"details":{"a":1,"a":2}}}' > /tmp/result.json""", "invalid_result")]
    [InlineData("rm -rf /tmp; ln -s /tmp /tmp", "invalid_result")]
    [InlineData("rm -rf /logs; ln -s /logs /logs; printf '{\"metrics\":{\"reward_mean\":1}}' > /tmp/result.json", null)]
    public async Task An_odd_result_ends_the_rollout_at_its_first_attempt(string program, string? kind)
    {
        using var client = await server.ClientAsync();
        var id = await client.DeployAsync("odd", program);

        var metadata = (await client.RunAsync(id))["execution_metadata"]!;

        Assert.Equal(kind, metadata["failure_kind"]?.GetValue<string>());
        Assert.Equal(kind is null, metadata["scored"]!.GetValue<bool>());
        Assert.Empty(metadata["attempts"]!.AsArray());
    }

    [Fact]
    public async Task A_text_with_NUL_is_refused_before_the_database_sees_it()
    {
        using var client = await server.ClientAsync();
        var id = await client.DeployAsync("nul", Sandboxed.Result("1"));

        var refused = await client.RunAsync(id, correlation: "a\0b", expected: HttpStatusCode.UnprocessableEntity);
        Assert.Contains("NUL", refused.Text("detail"), StringComparison.Ordinal);
        await client.PostAsync($"/api/harbor/deployments/{id}/rollouts", Sandboxed.Body(1, "c").Replace("\"test\"", "\"a\\u0000b\"",
            StringComparison.Ordinal), HttpStatusCode.Accepted); // Passed on, not stored as text.
    }

    [Fact]
    public async Task A_request_without_a_length_is_cut_off_at_16_MiB()
    {
        using var client = await server.ClientAsync();
        var body = Encoding.UTF8.GetBytes($$"""{"trace_correlation_id":"c","x":"{{new string('x', 17 * 1024 * 1024)}}"}""");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/harbor/rollout");
        request.Headers.TransferEncodingChunked = true;
        request.Content = new StreamContent(new MemoryStream(body));
        request.Content.Headers.ContentType = new("application/json");

        using var answer = await client.SendAsync(request, Ct);

        Assert.Equal("too_large", (await Answers.ReadAsync(answer, HttpStatusCode.RequestEntityTooLarge)).Text("code"));
    }

    [Fact]
    public async Task An_eval_job_that_is_no_object_is_malformed()
    {
        using var client = await server.ClientAsync();

        await client.PostAsync("/api/jobs/eval", "[]", HttpStatusCode.BadRequest);
        await client.PostAsync("/api/jobs/eval", """{"seeds":[1],"seeds":[2]}""", HttpStatusCode.BadRequest);
        await client.PostAsync("/api/jobs/eval", """{"policy":1,"task_app_url":"http://x","seeds":[1]}""", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_reward_file_with_a_name_twice_is_the_verifiers_fault()
    {
        using var client = await server.ClientAsync();
        var id = await client.DeployAsync("twice-named", "true",
            create => create["verify_command"] = """printf '{"reward":1,"reward":2}' > /logs/verifier/reward.json""");

        Assert.Equal("verifier_error", (await client.RunAsync(id))["execution_metadata"]!.Text("failure_kind"));
    }
}

[Trait("Category", "Engine")]
public sealed class OddResultsOnSqlite(TestServers servers) : OddResultTests(servers.SqliteWorker);

[Trait("Category", "Engine")]
public sealed class OddResultsOnPostgreSql(TestServers servers) : OddResultTests(servers.PostgreSqlWorker);
