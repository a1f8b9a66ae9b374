using System.Text.Json;

namespace Harbor.Optimization.Journal;

internal static class CompletionJson
{
    /// <summary>Members of an object that is open.</summary>
    public static void Write(Utf8JsonWriter json, Completion completion)
    {
        json.WriteString("answer", completion.Text);
        if (completion.FinishReason is not null)
        {
            json.WriteString("finish_reason", completion.FinishReason);
        }

        if (completion.Refusal is not null)
        {
            json.WriteString("refusal", completion.Refusal);
        }

        if (completion.PromptTokens is { } prompt)
        {
            json.WriteNumber("prompt_tokens", prompt);
        }

        if (completion.CompletionTokens is { } answer)
        {
            json.WriteNumber("completion_tokens", answer);
        }

        if (completion.Cost is { } cost)
        {
            json.WriteNumber("cost", cost);
        }
    }

    public static Completion Read(JsonElement json) => new(
        json.GetProperty("answer").GetString()!,
        json.TryGetProperty("finish_reason", out var reason) ? reason.GetString() : null,
        json.TryGetProperty("prompt_tokens", out var prompt) ? prompt.GetInt64() : null,
        json.TryGetProperty("completion_tokens", out var answer) ? answer.GetInt64() : null,
        json.TryGetProperty("cost", out var cost) ? cost.GetDecimal() : null)
    {
        Refusal = json.TryGetProperty("refusal", out var refusal) ? refusal.GetString() : null,
    };
}
