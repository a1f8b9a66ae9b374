namespace Harbor.Linting;

/// <summary>Files that should not be in the index, by name.</summary>
internal static class FileNames
{
    public const string Leftover = "editor-leftover";
    public const string Twin = "plaintext-twin";
    public const string SecretsFile = "secrets-file-committed";

    private static readonly string[] Leftovers = [".swp", ".swo", ".swn", "~"];

    /// <param name="secretFiles">The files of the secrets layers, relative to the project root.</param>
    public static IEnumerable<Finding> Find(IReadOnlyCollection<string> paths, IReadOnlyCollection<string> secretFiles)
    {
        var known = paths.ToHashSet(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            var name = path[(path.LastIndexOf('/') + 1)..];
            if (Leftovers.Any(ending => name.EndsWith(ending, StringComparison.Ordinal)) || name.StartsWith(".#", StringComparison.Ordinal) || (name.StartsWith('#') && name.EndsWith('#')))
            {
                yield return Of(path, Leftover, isError: false, "an editor's copy: it may hold what the file itself no longer does. Remove it from the index.");
            }

            if (secretFiles.Contains(path))
            {
                yield return Of(path, SecretsFile, isError: true, "a file of the secrets layer. Remove it from the index (git rm --cached), have git ignore it, change what is in it.");
            }

            if (SopsFile.IsNamed(name) && path.Replace(".sops.", ".", StringComparison.Ordinal) is var twin && known.Contains(twin))
            {
                yield return Of(twin, Twin, isError: true, $"the same file is here in plain text as in {path}. Remove it from the index, change the secrets in it.");
            }
        }
    }

    private static Finding Of(string path, string rule, bool isError, string message) => new(path, 0, rule, isError, Finding.FingerprintOf($"{rule} {path}"), message);
}
