using System.Security.Cryptography;
using System.Text;
using Harbor.Files;

namespace Harbor.Secrets.Age;

/// <summary>Identities in the format of age-keygen: one per line; empty lines and lines that begin with # are ignored.</summary>
internal static class IdentityFile
{
    private const int MaximumSize = 64 * 1024;
    private const UnixFileMode Others = (UnixFileMode)0b000_111_111;

    private static ReadOnlySpan<byte> ByteOrderMark => "\uFEFF"u8;

    /// <summary>Adds the identities of a key file. The file must exist, and only this user may have access to it.</summary>
    public static void Read(string path, List<SourcedIdentity> identities, List<Problem> problems)
    {
        try
        {
            if (Refusal(path) is { } refusal)
            {
                problems.Add(new(path, 0, 0, refusal));
                return;
            }

            var bytes = BoundedFile.Read(path, MaximumSize);
            if (bytes.Length > MaximumSize)
            {
                problems.Add(new(path, 0, 0, $"is larger than {MaximumSize / 1024} KiB, so it is not a file of age identities."));
                return;
            }

            var start = bytes.AsSpan().StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0;
            var text = new char[Encoding.Latin1.GetCharCount(bytes, start, bytes.Length - start)];
            Encoding.Latin1.GetChars(bytes.AsSpan(start), text);
            Parse(text, path, identities, problems);
            CryptographicOperations.ZeroMemory(bytes);
            Array.Clear(text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new(path, 0, 0, $"could not be read: {e.Message}"));
        }
    }

    /// <param name="source">The file or the variable that problems name.</param>
    public static void Parse(ReadOnlySpan<char> text, string source, List<SourcedIdentity> identities, List<Problem> problems)
    {
        var number = 0;
        foreach (var range in text.Split('\n'))
        {
            number++;
            var rest = text[range].Trim();
            while (rest is not ([] or ['#', ..]))
            {
                // sops accepts several identities in one line of a variable.
                var end = rest.StartsWith(AgeIdentity.Prefix) ? rest.IndexOfAny(' ', '\t') : -1;
                var word = end < 0 ? rest : rest[..end];
                rest = rest[word.Length..].TrimStart();
                try
                {
                    identities.Add(new(source, AgeIdentity.Parse(word)));
                }
                catch (AgeException e)
                {
                    problems.Add(new(source, number, 0, e.Message));
                    if (!word.StartsWith("AGE-"))
                    {
                        // The file contains no age identities at all; one problem is enough.
                        return;
                    }

                    break;
                }
            }
        }
    }

    private static string? Refusal(string path)
    {
        if (FileKinds.Follow(path) is var kind && kind != FileKind.Regular)
        {
            return kind == FileKind.Missing ? "does not exist, but SOPS_AGE_KEY_FILE names it."
                : $"is {FileKinds.Describe(kind)}; a file of age identities is expected.";
        }

        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        if (FileKinds.Read(path) == FileKind.Link && !FileKinds.IsOurs(FileKinds.LinkEnd(path)!))
        {
            return "is a symbolic link to a file of another user, who could change the key.";
        }

        return (File.GetUnixFileMode(path) & Others) != 0
            ? $"can be read or written by other users of this machine. Run: chmod 600 {path}" : null;
    }
}
