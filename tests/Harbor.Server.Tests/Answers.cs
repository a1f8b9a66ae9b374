using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Harbor.Server.Tests;

/// <summary>Requests and answers as other programs see them: JSON, not our records.</summary>
internal static class Answers
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<JsonNode> GetAsync(this HttpClient client, string path, HttpStatusCode expected)
    {
        using var answer = await client.GetAsync(path, Ct);
        return await ReadAsync(answer, expected);
    }

    public static Task<JsonNode> GetJsonAsync(this HttpClient client, string path) => client.GetAsync(path, HttpStatusCode.OK);

    public static async Task<JsonNode> PostAsync(
        this HttpClient client, string path, string body, HttpStatusCode expected = HttpStatusCode.OK, string? idempotencyKey = null) =>
        await ReadAsync(await client.SendAsync(HttpMethod.Post, path, body, idempotencyKey), expected);

    public static async Task<HttpResponseMessage> SendAsync(
        this HttpClient client, HttpMethod method, string path, string? body, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        return await client.SendAsync(request, Ct);
    }

    public static async Task<JsonNode> ReadAsync(HttpResponseMessage answer, HttpStatusCode expected)
    {
        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.StatusCode == expected, $"{(int)answer.StatusCode}, not {(int)expected}: {text}");
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }

    public static string Text(this JsonNode node, string name) => node[name]!.GetValue<string>();
}
