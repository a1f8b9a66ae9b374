using Harbor.Files;

namespace Harbor.Linting;

/// <summary>Files that should not be in the index, by name.</summary>
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
                yield return Finding.Of(path, 0, Leftover, isError: false, path, "an editor's copy: it may hold what the file itself no longer does. Remove it from the index.");
            }

            if (secretFiles.Contains(path))
            {
                yield return Finding.Of(path, 0, SecretsFile, isError: true, path, "a file of the secrets layer. Remove it from the index (git rm --cached), have git ignore it, change what is in it.");
            }

            if (SopsFile.IsNamed(name) && path.Replace(".sops.", ".", StringComparison.Ordinal) is var twin && known.Contains(twin))
            {
                yield return Finding.Of(twin, 0, Twin, isError: true, twin, $"the same file is here in plain text as in {path}. Remove it from the index, change the secrets in it.");
            }
        }
    }
}
