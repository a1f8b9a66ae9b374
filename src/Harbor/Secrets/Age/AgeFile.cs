using System.Security.Cryptography;

namespace Harbor.Secrets.Age;

/// <summary>
/// age files (age-encryption.org/v1) for X25519 recipients. Everyone who knows a recipient can encrypt to it, so a file that decrypts may
/// come from anyone.
/// </summary>
public static class AgeFile
{
    internal const int FileKeySize = 16;

    /// <exception cref="AgeException">There is no recipient, or more than 64.</exception>
    public static byte[] Encrypt(ReadOnlySpan<byte> plaintext, IReadOnlyList<AgeRecipient> recipients, bool armor)
    {
        if (recipients.Count is 0 or > Header.MaximumStanzas)
        {
            throw new AgeException($"An age file has 1 to {Header.MaximumStanzas} recipients, not {recipients.Count}.", AgeFault.Key);
        }

        var fileKey = RandomNumberGenerator.GetBytes(FileKeySize);
        try
        {
            var stanzas = new Stanza[recipients.Count];
            for (var i = 0; i < stanzas.Length; i++)
            {
                stanzas[i] = X25519Stanza.Wrap(fileKey, recipients[i]);
            }

            byte[] file = [.. Header.Write(stanzas, fileKey), .. Payload.Encrypt(plaintext, fileKey)];
            return armor ? Armor.Encode(file) : file;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(fileKey);
        }
    }

    /// <summary>Returns the content only if all of it is authentic. The caller zeroes it after use.</summary>
    /// <param name="file">Binary or armored.</param>
    /// <exception cref="AgeException">The file is damaged, or no identity decrypts it.</exception>
    public static byte[] Decrypt(ReadOnlySpan<byte> file, IReadOnlyList<AgeIdentity> identities)
    {
        var fileKey = OpenHeader(file, identities, out var payload);
        try
        {
            return Payload.Decrypt(payload, fileKey);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(fileKey);
        }
    }

    /// <summary>Returns the file key, and the content that it decrypts.</summary>
    internal static byte[] OpenHeader(ReadOnlySpan<byte> file, IReadOnlyList<AgeIdentity> identities, out ReadOnlySpan<byte> payload)
    {
        var binary = Header.IsAtStartOf(file) ? file : Armor.Decode(file);
        var header = Header.Parse(binary);
        payload = binary[header.Length..];
        var fileKey = FileKey(header, identities);
        if (header.IsSignedBy(fileKey))
        {
            return fileKey;
        }

        CryptographicOperations.ZeroMemory(fileKey);
        throw new AgeException("The header of the age file was changed after it was written.", AgeFault.Mac);
    }

    private static byte[] FileKey(Header header, IReadOnlyList<AgeIdentity> identities)
    {
        foreach (var identity in identities)
        {
            foreach (var stanza in header.Stanzas)
            {
                if (stanza.Kind == X25519Stanza.Kind && X25519Stanza.Unwrap(stanza, identity) is { } fileKey)
                {
                    return fileKey;
                }
            }
        }

        throw NoMatch(header, identities.Count);
    }

    private static AgeException NoMatch(Header header, int identities)
    {
        var others = new List<string>();
        var (ours, unknown) = (false, false);
        foreach (var stanza in header.Stanzas)
        {
            var other = Unsupported(stanza.Kind);
            ours |= stanza.Kind == X25519Stanza.Kind;
            unknown |= other is null && stanza.Kind != X25519Stanza.Kind && !stanza.Kind.EndsWith("-grease", StringComparison.Ordinal);
            if (other is not null && !others.Contains(other))
            {
                others.Add(other);
            }
        }

        if (others.Count > 0)
        {
            return new(
                $"No identity decrypts this age file. It is {(ours ? "also " : "")}encrypted to {string.Join(" and ", others)}, which " +
                $"Harbor does not support. Encrypt it to your own X25519 recipient (age1...).",
                AgeFault.Unsupported);
        }

        return new(
            (identities == 0 ? "No identity was given to decrypt this age file."
                : $"None of the {identities} given identities decrypts this age file: it is encrypted to other recipients.")
            + (unknown ? " Some of its recipients have a kind that Harbor does not know; an age plugin may decrypt it." : ""),
            AgeFault.NoMatch);
    }

    private static string? Unsupported(string kind) => kind switch
    {
        "scrypt" => "a passphrase (scrypt)",
        "ssh-ed25519" or "ssh-rsa" => $"an ssh key ({kind})",
        "mlkem768x25519" => "a post-quantum key (mlkem768x25519)",
        "piv-p256" or "p256tag" or "mlkem768p256tag" => $"the key of an age plugin ({kind})",
        _ => null,
    };
}
