using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Harbor.Optimization.Providers;

/// <summary><c>POST chat/completions</c>.</summary>
internal static class OpenAiWire
{
    public static HttpRequestMessage Request(ReflectionProvider provider, string prompt)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, provider.BaseUrl + "/chat/completions")
        {
            Content = WireJson.Body(json =>
            {
                json.WriteString("model", provider.Model);
                json.WriteNumber("max_completion_tokens", provider.MaxOutputTokens);
                WireJson.WriteQuestion(json, prompt);
            }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", provider.ApiKey);
        return request;
    }

    /// <exception cref="InvalidOperationException">It has another form.</exception>
    public static Completion Read(ReflectionProvider provider, JsonElement answer)
    {
        var choice = WireJson.Member(answer, "choices") is { ValueKind: JsonValueKind.Array } choices && choices.GetArrayLength() > 0
            ? choices[0] : throw new InvalidOperationException("there is no choice in it");
        var message = WireJson.Member(choice, "message") ?? throw new InvalidOperationException("there is no message in it");
        var usage = WireJson.Member(answer, "usage");
        var cached = WireJson.Member(usage, "prompt_tokens_details");
        return WireJson.Priced(
            provider,
            new Completion(Text(WireJson.Member(message, "content")), WireJson.Text(choice, "finish_reason"))
            {
                Refusal = WireJson.Text(message, "refusal"),
            },
            WireJson.Number(usage, "prompt_tokens"), WireJson.Number(cached, "cached_tokens") ?? 0,
            WireJson.Number(usage, "completion_tokens"));
    }

    // A text, or parts with texts.
    private static string Text(JsonElement? content) => content switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { ValueKind: JsonValueKind.Array } parts => new StringBuilder()
            .AppendJoin("", parts.EnumerateArray().Select(part => WireJson.Text(part, "text"))).ToString(),
        _ => "",
    };
}
