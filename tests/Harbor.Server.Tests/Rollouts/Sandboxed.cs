using System.Net;
using System.Text.Json.Nodes;

namespace Harbor.Server.Tests.Rollouts;

/// <summary>Deployments whose program is a line of shell.</summary>
internal static class Sandboxed
{
    private static readonly byte[] Context = Archives.Of(("Dockerfile", "FROM debian:bookworm\n"));

    /// <returns>The deployment's id.</returns>
    public static async Task<string> DeployAsync(this HttpClient client, string name, string entrypoint, Action<JsonObject>? change = null,
        byte[]? context = null)
    {
        var create = Archives.Create(name, context ?? Context);
        create["entrypoint"] = entrypoint;
        create["network"] = "none";
        change?.Invoke(create);
        return (await client.ReadyAsync(create)).Text("id");
    }

    public static string Body(long seed, string correlation, double? timeout = null, string? retain = null)
    {
        var body = new JsonObject
        {
            ["trace_correlation_id"] = correlation,
            ["env"] = new JsonObject { ["seed"] = seed, ["env_name"] = "test", ["config"] = new JsonObject() },
            ["policy"] = new JsonObject { ["config"] = new JsonObject { ["model"] = "m", ["agent"] = "oracle" } },
        };
        if (timeout is not null)
        {
            body["policy"]!["config"]!["timeout"] = timeout;
        }

        if (retain is not null)
        {
            body["retain"] = retain;
        }

        return body.ToJsonString();
    }

    public static Task<JsonNode> RunAsync(this HttpClient client, string deployment, long seed = 1, double? timeout = null,
        HttpStatusCode expected = HttpStatusCode.OK, string? correlation = null) =>
        client.PostAsync($"/api/harbor/deployments/{deployment}/rollout", Body(seed, correlation ?? $"{Guid.NewGuid()}", timeout),
            expected);

    /// <summary>A line of shell that writes a result.</summary>
    public static string Result(string reward) =>
        $$$"""printf '{"metrics":{"reward_mean":{{{reward}}},"details":{"a":1}},"success":true}' > /tmp/result.json""";
}
