using Harbor.Optimization.Python;

namespace Harbor.Optimization.Prompts;

/// <summary>Whether an answer holds a new text at all (Native mode).</summary>
internal static class Answers
{
    private static readonly string[] Thoughts = ["think", "thinking", "reasoning"];

    /// <summary>Why the answer is no use; null: <paramref name="text"/> is a new text.</summary>
    public static string? Failure(Completion completion, string current, out string text)
    {
        text = "";
        if (completion.Refusal is { } refusal)
        {
            return $"the model refused ({refusal})";
        }

        if (completion.FinishReason is "content_filter" or "refusal")
        {
            return $"the model refused ({completion.FinishReason})";
        }

        if (completion.FinishReason is "length" or "max_tokens")
        {
            return "the answer was cut off at the output limit; answer more briefly";
        }

        var answer = WithoutThoughts(completion.Text);
        if (answer is null)
        {
            return "the answer ends inside a think tag";
        }

        if (AnswerText.HasUnclosedFence(answer))
        {
            return "the answer ends inside a ``` block";
        }

        text = AnswerText.Extract(answer);
        return text.Length == 0 ? "the answer was empty"
            : text == PythonText.Trim(current) ? "the text was not changed"
            : null;
    }

    // null: a thought is not ended.
    private static string? WithoutThoughts(string answer)
    {
        var text = PythonText.Trim(answer);
        foreach (var tag in Thoughts)
        {
            var (open, close) = ($"<{tag}>", $"</{tag}>");
            if (text.StartsWith(open, StringComparison.OrdinalIgnoreCase))
            {
                var end = text.IndexOf(close, StringComparison.OrdinalIgnoreCase);
                return end < 0 ? null : text[(end + close.Length)..];
            }
        }

        return text;
    }
}
