namespace Harbor.Frosting;

/// <summary>A task that was named by words.</summary>
/// <param name="Own">The words that it gets.</param>
internal sealed record NamedTask(DeclaredTask Task, IReadOnlyList<string> Own)
{
    /// <summary>Whether its name was the second word.</summary>
    public bool IsSwapped { get; init; }

    /// <summary>By an alias with a word of capitals, which stands for any word; null if the words are not the alias.</summary>
    public static NamedTask? Match(DeclaredTask task, string alias, IReadOnlyList<string> words)
    {
        var parts = alias.Split(' ');
        if (!Array.Exists(parts, IsAny) || words.Count < parts.Length
            || parts.Index().Any(part => !IsAny(part.Item) && !part.Item.Equals(words[part.Index], StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        return new NamedTask(task,
            [.. parts.Index().Where(part => IsAny(part.Item)).Select(part => words[part.Index]), .. words.Skip(parts.Length)]);
    }

    private static bool IsAny(string part) => part.All(char.IsAsciiLetterUpper);
}
