using System.Text.Json;

namespace Harbor.Optimization.Providers;

/// <summary><c>POST messages</c>.</summary>
internal static class AnthropicWire
{
    public static HttpRequestMessage Request(ReflectionProvider provider, string prompt)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, provider.BaseUrl + "/messages")
        {
            Content = WireJson.Body(json =>
            {
                json.WriteString("model", provider.Model);
                json.WriteNumber("max_tokens", provider.MaxOutputTokens);
                WireJson.WriteQuestion(json, prompt);
            }),
        };
        request.Headers.Add("x-api-key", provider.ApiKey);
        request.Headers.Add("anthropic-version", "2023-06-01");
        return request;
    }

    /// <exception cref="InvalidOperationException">It has another form.</exception>
    public static Completion Read(ReflectionProvider provider, JsonElement answer)
    {
        var content = WireJson.Member(answer, "content") is { ValueKind: JsonValueKind.Array } parts ? parts
            : throw new InvalidOperationException("there is no content in it");
        var usage = WireJson.Member(answer, "usage");
        var cached = WireJson.Number(usage, "cache_read_input_tokens") ?? 0;
        var input = WireJson.Number(usage, "input_tokens") + cached + (WireJson.Number(usage, "cache_creation_input_tokens") ?? 0);
        return WireJson.Priced(
            provider,
            new Completion(
                string.Concat(content.EnumerateArray().Where(part => WireJson.Text(part, "type") == "text")
                    .Select(part => WireJson.Text(part, "text"))),
                WireJson.Text(answer, "stop_reason")),
            input, cached, WireJson.Number(usage, "output_tokens"));
    }
}
