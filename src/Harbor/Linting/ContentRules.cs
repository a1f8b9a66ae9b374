namespace Harbor.Linting;

/// <summary>The rules that need nothing but one file: they hold for every version of it.</summary>
internal static class ContentRules
{
    /// <param name="isSops">It is to be encrypted by SOPS.</param>
    public static IEnumerable<Finding> Find(LintText file, bool isSops) =>
        isSops ? Keys(file).Concat(SopsRules.Content(file))
        : PlaintextSecrets.IsLooked(file) ? Keys(file).Concat(PlaintextSecrets.Find(file))
        : Keys(file);

    /// <summary>As they stand, and in base64.</summary>
    public static IEnumerable<Finding> Keys(LintText file) => InPlain(file).Concat(EncodedText.In(file).SelectMany(InPlain));

    private static IEnumerable<Finding> InPlain(LintText file) => AgeKeys.Find(file).Concat(PrivateKeys.Find(file));
}
