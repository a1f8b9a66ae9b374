namespace Harbor.Descriptors.Reading;

/// <summary>
/// Tells whether a compose file could define a service. Files are not parsed; a service counts as defined if a file contains its name.
/// </summary>
internal sealed class ComposeMentions(string directory, IReadOnlyList<string> baseFiles)
{
    private const long MaxBytes = 1024 * 1024;

    private readonly Lazy<IReadOnlyList<string>> texts = new(() => Read(directory, baseFiles));

    /// <summary>Also true if a file includes other files, because those may define any service.</summary>
    public bool Contains(string service) => texts.Value.Any(text => HasWord(text, service) || HasWord(text, "include"));

    private static List<string> Read(string directory, IReadOnlyList<string> baseFiles)
    {
        if (!Directory.Exists(directory))
        {
            return [];
        }

        try
        {
            return [.. new DirectoryInfo(directory).EnumerateFiles("*compose*.y*ml")
                .Concat(baseFiles.Select(file => new FileInfo(Path.Combine(directory, file))).Where(file => file.Exists))
                .Where(file => file.Length is > 0 and < MaxBytes).Select(file => File.ReadAllText(file.FullName))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Deploy reports the unreadable file. Here it counts as one that may define any service.
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
