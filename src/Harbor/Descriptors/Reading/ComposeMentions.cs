namespace Harbor.Descriptors.Reading;

/// <summary>Whether a compose file could define a service. Only asked about doubtful names, so nothing is parsed: the word has to stand somewhere.</summary>
internal sealed class ComposeMentions(string directory)
{
    private const long MaxBytes = 1024 * 1024;

    private readonly Lazy<IReadOnlyList<string>> texts = new(() => Read(directory));

    /// <summary>True, too, where services are included from files elsewhere: then nothing can be said.</summary>
    public bool Contains(string service) => texts.Value.Any(text => HasWord(text, service) || HasWord(text, "include"));

    private static List<string> Read(string directory)
    {
        if (!Directory.Exists(directory))
        {
            return [];
        }

        try
        {
            return [.. new DirectoryInfo(directory).EnumerateFiles("compose*.y*ml").Where(file => file.Length is > 0 and < MaxBytes).Select(file => File.ReadAllText(file.FullName))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Who needs the file to deploy says that it can't be read.
            return ["include"];
        }
    }

    private static bool HasWord(string text, string word)
    {
        for (var at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.Ordinal))
        {
            var end = at + word.Length;
            if ((at == 0 || !IsPartOfName(text[at - 1])) && (end == text.Length || !IsPartOfName(text[end])))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsPartOfName(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.';
}
