namespace Harbor.Linting;

/// <summary>The rules that need only the content of one file, so that they apply to every version of it.</summary>
internal static class ContentRules
{
    /// <param name="isSops">Whether SOPS should encrypt the file.</param>
    public static IEnumerable<Finding> Find(LintText file, bool isSops) =>
        isSops ? Keys(file).Concat(SopsRules.Content(file))
        : PlaintextSecrets.IsLooked(file) ? Keys(file).Concat(PlaintextSecrets.Find(file))
        : Keys(file);

    /// <summary>Keys in plain text and in base64.</summary>
    public static IEnumerable<Finding> Keys(LintText file) => InPlain(file).Concat(EncodedText.In(file).SelectMany(InPlain));

    private static IEnumerable<Finding> InPlain(LintText file) => AgeKeys.Find(file).Concat(PrivateKeys.Find(file));
}
