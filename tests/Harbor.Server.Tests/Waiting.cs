using System.Text.Json.Nodes;

namespace Harbor.Server.Tests;

internal static class Waiting
{
    /// <summary>Asks until the answer is as wanted; the last answer is in the failure.</summary>
    public static async Task<JsonNode> UntilAsync(this HttpClient client, string path, Func<JsonNode, bool> wanted, int seconds = 60)
    {
        var end = TimeProvider.System.GetUtcNow().AddSeconds(seconds);
        while (true)
        {
            var answer = await client.GetJsonAsync(path);
            if (wanted(answer))
            {
                return answer;
            }

            Assert.True(TimeProvider.System.GetUtcNow() < end, $"{path} is still {answer.ToJsonString()}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    public static async Task<JsonNode> ReadyAsync(this HttpClient client, JsonObject create)
    {
        var id = (await client.PostAsync("/api/harbor/deployments", create.ToJsonString())).Text("id");
        var answer = await client.UntilAsync($"/api/harbor/deployments/{id}/status",
            status => status.Text("status") is "ready" or "failed");
        Assert.True(answer.Text("status") == "ready", answer.ToJsonString());
        return answer;
    }
}
