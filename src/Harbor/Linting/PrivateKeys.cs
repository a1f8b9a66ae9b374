using System.Buffers;
using System.Text;

namespace Harbor.Linting;

/// <summary>
/// Finds keys in armor (PEM, OpenSSH, PGP) and age files with a passphrase. A heading without content is ignored, because programs and
/// manuals contain headings.
/// </summary>
internal static class PrivateKeys
{
    public const string PrivateKey = "private-key";
    public const string Passphrase = "age-passphrase-identity";

    private const int LongestLabel = 64;
    private const int LongestBody = 64 * 1024;
    private const int ShortestBody = 40;
    private const string AgeHeader = "age-encryption.org/v1\n-> scrypt ";
    private const string PassphraseMessage =
        "an age file with a passphrase, probably an identity. Everyone with access to the repository can try passphrases.";
    private static readonly SearchValues<char> Base64 =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");

    public static IEnumerable<Finding> Find(LintText file)
    {
        if (file.Text.StartsWith(AgeHeader, StringComparison.Ordinal))
        {
            yield return file.Warning(0, Passphrase, file.Text, PassphraseMessage);
        }

        const string Begin = "-----BEGIN ";
        for (var at = file.Text.IndexOf(Begin, StringComparison.Ordinal); at >= 0; at = file.Text.IndexOf(
            Begin, at + 1, StringComparison.Ordinal))
        {
            var start = at + Begin.Length;
            var length = file.Text.AsSpan(start, Math.Min(LongestLabel, file.Text.Length - start)).IndexOf("-----");
            if (length > 0 && Armored(file, at, file.Text.Substring(start, length), start + length + 5) is { } finding)
            {
                yield return finding;
            }
        }
    }

    private static Finding? Armored(LintText file, int at, string label, int body)
    {
        if (label == "AGE ENCRYPTED FILE")
        {
            var (age, _) = Body(file, body);
            return Decoded(age).StartsWith(AgeHeader, StringComparison.Ordinal)
                ? file.Warning(at, Passphrase, age, PassphraseMessage) : null;
        }

        if (!label.EndsWith("PRIVATE KEY", StringComparison.Ordinal) && !label.EndsWith("PRIVATE KEY BLOCK", StringComparison.Ordinal))
        {
            return null;
        }

        var (key, isEncrypted) = Body(file, body);
        return key.Length < ShortestBody ? null
            : isEncrypted || label.StartsWith("ENCRYPTED ", StringComparison.Ordinal)
                ? file.Warning(
                    at, PrivateKey, key, $"a key with a passphrase ({label}). Everyone with access to the repository can try passphrases.")
                : file.Error(at, PrivateKey, key,
                    $"a private key ({label}); everyone with access to the repository has it. Replace it wherever it is used, then " +
                    $"remove it.");
    }

    /// <summary>The base64 after the heading, without headers and breaks.</summary>
    private static (string Text, bool IsEncrypted) Body(LintText file, int at)
    {
        var body = new StringBuilder();
        var encrypted = false;
        for (var limit = Math.Min(at + LongestBody, file.Text.Length); at < limit;)
        {
            at = file.SkipBreaks(at);
            var rest = file.Text.AsSpan(at, Math.Max(limit - at, 0));
            var line = rest[..(rest.IndexOf('\n') is >= 0 and var end ? end : rest.Length)];
            line = line[..(line.IndexOf("\\n") is >= 0 and var escaped ? escaped : line.Length)];
            var length = line.IndexOfAnyExcept(Base64) is >= 0 and var other ? other : line.Length;
            if (body.Length == 0 && line.Contains(": ", StringComparison.Ordinal))
            {
                encrypted |= line.Contains("ENCRYPTED", StringComparison.Ordinal);
                length = line.Length;
            }
            else if (length == 0)
            {
                break;
            }
            else
            {
                body.Append(line[..length]);
            }

            at += length;
        }

        return (body.ToString(), encrypted);
    }

    private static string Decoded(string base64)
    {
        Span<byte> bytes = stackalloc byte[64];
        return base64.Length >= 64 && Convert.TryFromBase64Chars(base64.AsSpan(0, 64), bytes, out var count)
            ? Encoding.Latin1.GetString(bytes[..count]) : "";
    }
}
