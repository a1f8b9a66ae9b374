namespace Harbor.Optimization.Prompts;

/// <summary>Finds training data in a new text: a text that holds the answers does well on the examples and on nothing else.</summary>
internal static class CopiedText
{
    /// <summary>Why the text can't be used; null: it can.</summary>
    public static string? Complaint(string text, string current, IEnumerable<Example> examples, int? most)
    {
        if (most is not { } length)
        {
            return null;
        }

        string[] data = [.. examples.SelectMany(example => Leaves(example.Data)).Where(leaf => leaf.Length >= length).Distinct()];
        for (var start = 0; start + length <= text.Length && data.Length > 0; start++)
        {
            var part = text.Substring(start, length);
            if (!current.Contains(part, StringComparison.Ordinal)
                && Array.Exists(data, leaf => leaf.Contains(part, StringComparison.Ordinal)))
            {
                return $"it copies training data (\"{part}\"); write what holds for all tasks instead";
            }
        }

        return null;
    }

    private static IEnumerable<string> Leaves(SideInfo? data) => data switch
    {
        SideInfo.Map map => map.Entries.SelectMany(entry => Leaves(entry.Value)),
        SideInfo.List list => list.Items.SelectMany(Leaves),
        { Leaf: { } leaf } => [leaf],
        _ => [],
    };
}
