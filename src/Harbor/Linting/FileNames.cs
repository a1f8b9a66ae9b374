using Harbor.Files;

namespace Harbor.Linting;

/// <summary>Finds files that should not be in git's index, by their names.</summary>
internal static class FileNames
{
    public const string Leftover = "editor-leftover";
    public const string Twin = "plaintext-twin";
    public const string SecretsFile = "secrets-file-committed";

    /// <param name="secretFiles">The files of the secrets layers, relative to the project root.</param>
    public static IEnumerable<Finding> Find(IReadOnlyCollection<string> paths, IReadOnlyCollection<string> secretFiles)
    {
        var known = paths.ToHashSet(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            var name = path[(path.LastIndexOf('/') + 1)..];
            if (EditorFiles.IsLeftover(name))
            {
                yield return Finding.Create(path, 0, Leftover, isError: false, path,
                    "a copy left by an editor. It may contain text that was removed from the file. Remove the copy from the index.");
            }

            if (secretFiles.Contains(path))
            {
                yield return Finding.Create(path, 0, SecretsFile, isError: true, path,
                    "a file of the secrets layer. Remove it from the index (git rm --cached), add it to .gitignore, change its secrets.");
            }

            if (SopsFile.IsNamed(name) && path.Replace(".sops.", ".", StringComparison.Ordinal) is var twin && known.Contains(twin))
            {
                yield return Finding.Create(twin, 0, Twin, isError: true, twin,
                    $"the plain text of {path}. Remove it from the index, and change the secrets in it.");
            }
        }
    }
}
