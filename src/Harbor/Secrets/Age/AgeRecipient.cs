namespace Harbor.Secrets.Age;

/// <summary>An X25519 public key. Its owner can decrypt a file. Not secret.</summary>
public sealed record AgeRecipient
{
    private const string Prefix = "age";
    private readonly string _text;

    internal AgeRecipient(ReadOnlySpan<byte> publicKey) => _text = Bech32.Encode(Prefix, publicKey);

    /// <param name="text"><c>age1...</c>; blanks around it are ignored.</param>
    /// <exception cref="AgeException">The text is no recipient; <see cref="AgeFault.Unsupported"/> if another tool accepts it.</exception>
    public static AgeRecipient Parse(string text)
    {
        var trimmed = text.AsSpan().Trim();
        Span<byte> publicKey = stackalloc byte[X25519.Size];
        if (!Bech32.TryDecode(trimmed, Prefix, publicKey))
        {
            throw Refusal(trimmed);
        }

        // A low-order point gives no secret with any private key, so any 32 bytes serve as the key here.
        return X25519.Agree(publicKey, publicKey) is null
            ? throw new AgeException("The age recipient is a low-order point: everybody can decrypt what is encrypted to it.", AgeFault.Key)
            : new AgeRecipient(publicKey);
    }

    public override string ToString() => _text;

    internal byte[] PublicKey()
    {
        var result = new byte[X25519.Size];
        _ = Bech32.TryDecode(_text, Prefix, result);
        return result;
    }

    private static AgeException Refusal(ReadOnlySpan<char> text) => text switch
    {
        _ when Is(text, "AGE-SECRET-KEY-") =>
            new("This is an identity (private key), but a recipient (age1...) is expected. Keep the identity secret.", AgeFault.Key),
        _ when Is(text, "age1pq1") =>
        new("Post-quantum recipients (age1pq1...) are not supported. Use an X25519 recipient: age1 and 58 more characters.",
        AgeFault.Unsupported),
        _ when IsPlugin(text) =>
            new("Recipients of age plugins (age1NAME1...) are not supported, because a file must not make Harbor start a program. Use " +
                "an X25519 " +
                "recipient.", AgeFault.Unsupported),
        _ when Is(text, "ssh-ed25519") || Is(text, "ssh-rsa") =>
            new("ssh keys as recipients (ssh-ed25519, ssh-rsa) are not supported. Use an X25519 recipient, which age-keygen makes.",
                AgeFault.Unsupported),
        _ => new("This is not an age recipient. Expected age1 and 58 more characters in lower case, with a valid checksum.",
        AgeFault.Key),
    };

    /// <summary>The digit 1 occurs in no key, so a second 1 ends the name of a plugin.</summary>
    private static bool IsPlugin(ReadOnlySpan<char> text) => Is(text, "age1") && text[4..].Contains('1') && !text.ContainsAny(", \n");

    private static bool Is(ReadOnlySpan<char> text, string start) => text.StartsWith(start, StringComparison.OrdinalIgnoreCase);
}
