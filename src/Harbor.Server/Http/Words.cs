namespace Harbor.Server.Http;

/// <summary>States in requests.</summary>
internal static class Words
{
    public static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    /// <exception cref="HttpException">422: it is no word of the enum; says which are.</exception>
    public static T Of<T>(string loc, string word)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (Word(value) == word)
            {
                return value;
            }
        }

        var known = string.Join(", ", Enum.GetValues<T>().Select(Word));
        throw HttpException.Invalid(loc, $"{loc} must be one of {known} (got '{word}')");
    }
}
