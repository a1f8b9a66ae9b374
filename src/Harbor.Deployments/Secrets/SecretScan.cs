using Harbor.Linting;

namespace Harbor.Deployments;

/// <summary>Finds what must not get into an image: keys in text, private-key files, logins. Reads the first MiB of a file.</summary>
internal static class SecretScan
{
    private const int Looked = 1024 * 1024;

    /// <summary>Line and rule of each finding, in order, each once; never the value.</summary>
    /// <param name="path">As it is packed.</param>
    /// <param name="fullPath">Where it is.</param>
    public static IReadOnlyList<(int Line, string Rule)> Find(string path, string fullPath, byte[] buffer)
    {
        using var file = File.OpenHandle(fullPath);
        var length = 0;
        while (length < Looked && RandomAccess.Read(file, buffer.AsSpan(length, Looked - length), length) is > 0 and var read)
        {
            length += read;
        }

        return Find(path, buffer.AsSpan(0, length));
    }

    public static byte[] Buffer() => new byte[Looked];

    public static IReadOnlyList<(int Line, string Rule)> Find(string path, ReadOnlySpan<byte> content)
    {
        var text = LintText.Decode(path, content);
        var keys = Keys(text).Concat(EncodedText.In(text).SelectMany(Keys)).Select(finding => (finding.Line, finding.Rule));
        var all = text.IsBinary
            ? keys.Concat(CredentialFiles.Find(text))
            : keys.Concat(CredentialFiles.Find(text)).Concat(ProviderKeys.Find(text));
        return [.. all.Distinct().OrderBy(finding => finding.Line).ThenBy(finding => finding.Rule, StringComparer.Ordinal)];
    }

    /// <summary>All but what merely looks like an age key: examples in manuals, and identities that need their hardware.</summary>
    private static IEnumerable<Finding> Keys(LintText text) =>
        AgeKeys.Find(text).Where(finding => finding.IsError).Concat(PrivateKeys.Find(text));
}
