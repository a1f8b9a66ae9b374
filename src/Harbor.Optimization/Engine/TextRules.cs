namespace Harbor.Optimization;

/// <summary>What a new text must satisfy.</summary>
/// <param name="MaxTokens">The size limit of one text; null: none.</param>
/// <param name="CountTokens">Null: a token for every four characters, rounded up.</param>
public sealed record TextRules(int? MaxTokens = null, Func<string, int>? CountTokens = null)
{
    public static TextRules None { get; } = new();

    /// <summary>By component: the wildcards that its text must hold, such as <c>{task_description}</c>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Wildcards { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Why the text can't be used, for the model to read; null: it can.</summary>
    public string? Complaint(string component, string text)
    {
        string[] missing = Wildcards.TryGetValue(component, out var required)
            ? [.. required.Where(name => !text.Contains(name, StringComparison.Ordinal))]
            : [];
        if (missing.Length > 0)
        {
            return $"it lacks the required {string.Join(", ", missing)}; keep each of them word for word";
        }

        var tokens = CountTokens?.Invoke(text) ?? (text.Length + 3) / 4;
        return tokens > MaxTokens ? $"it has about {tokens} tokens; at most {MaxTokens} are allowed" : null;
    }
}
