using Harbor.Optimization.Python;

namespace Harbor.Optimization.Prompts;

/// <summary>The new text inside a model's answer: what stands in the fence, or else all of it.</summary>
public static class AnswerText
{
    private const string Fence = "```";

    public static string Extract(string answer)
    {
        var text = PythonText.Trim(answer);
        var first = text.IndexOf(Fence, StringComparison.Ordinal);
        if (first < 0)
        {
            return text;
        }

        var start = first + Fence.Length;
        var end = text.LastIndexOf(Fence, StringComparison.Ordinal);
        if (start < end)
        {
            var inner = text[start..end];
            var language = inner.TakeWhile(c => !PythonText.IsSpace(c)).Count();
            return PythonText.Trim(language < inner.Length && inner[language] == '\n' ? inner[(language + 1)..] : inner);
        }

        // A fence without its other half.
        if (first == 0)
        {
            while (start < text.Length && !PythonText.IsSpace(text[start]))
            {
                start++;
            }

            return PythonText.Trim(text[start..]);
        }

        return text.EndsWith(Fence, StringComparison.Ordinal) ? PythonText.Trim(text[..^Fence.Length]) : text;
    }

    /// <summary>Whether a fence is opened and not closed: the answer was cut off, or the model forgot.</summary>
    public static bool HasUnclosedFence(string answer)
    {
        var fences = answer.AsSpan().EnumerateLines();
        var open = false;
        foreach (var line in fences)
        {
            open ^= line.TrimStart().StartsWith(Fence, StringComparison.Ordinal) && line.Trim().LastIndexOf(Fence) == 0;
        }

        return open;
    }
}
