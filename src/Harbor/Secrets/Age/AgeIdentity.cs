using System.Security.Cryptography;

namespace Harbor.Secrets.Age;

/// <summary>An X25519 private key. Its bytes are never moved in memory, and are zeroed when it is disposed.</summary>
public sealed class AgeIdentity : IDisposable
{
    internal const string Prefix = "AGE-SECRET-KEY-";
    private readonly byte[] _privateKey;
    private bool _disposed;

    private AgeIdentity(byte[] privateKey)
    {
        _privateKey = privateKey;
        PublicKey = X25519.PublicKey(privateKey);
    }

    public AgeRecipient Recipient => new(PublicKey);

    internal byte[] PublicKey { get; }

    /// <param name="text"><c>AGE-SECRET-KEY-1...</c>; blanks around it are ignored.</param>
    /// <exception cref="AgeException">The text is no identity; <see cref="AgeFault.Unsupported"/> if another tool accepts it.</exception>
    public static AgeIdentity Parse(string text) => Parse(text.AsSpan());

    /// <inheritdoc cref="Parse(string)"/>
    internal static AgeIdentity Parse(ReadOnlySpan<char> text)
    {
        var privateKey = Memory();
        return Bech32.TryDecode(text.Trim(), Prefix, privateKey) ? new AgeIdentity(privateKey) : throw Refusal(text.Trim());
    }

    public static AgeIdentity Generate()
    {
        var privateKey = Memory();
        RandomNumberGenerator.Fill(privateKey);
        return new AgeIdentity(privateKey);
    }

    /// <summary>The private key as text for a key file. The string can't be zeroed.</summary>
    public string Export()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Bech32.Encode(Prefix.ToLowerInvariant(), _privateKey).ToUpperInvariant();
    }

    /// <summary>The shared secret; null if the public key is a low-order point.</summary>
    internal byte[]? Agree(ReadOnlySpan<byte> publicKey)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return X25519.Agree(_privateKey, publicKey);
    }

    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_privateKey);
    }

    public override string ToString() => "***";

    /// <summary>Pinned, so that the garbage collector makes no copies.</summary>
    private static byte[] Memory() => GC.AllocateArray<byte>(X25519.Size, pinned: true);

    private static AgeException Refusal(ReadOnlySpan<char> text) => text switch
    {
        _ when Is(text, "AGE-SECRET-KEY-PQ-") =>
            new("Post-quantum identities (AGE-SECRET-KEY-PQ-1...) are not supported. Use an X25519 identity, which age-keygen makes.",
            AgeFault.Unsupported),
        _ when Is(text, "AGE-PLUGIN-") => new("Identities of age plugins (AGE-PLUGIN-...) are not supported, because a key must not make " +
        "Harbor start a program. Use an X25519 identity.", AgeFault.Unsupported),
        _ when Is(text, "-----BEGIN AGE ENCRYPTED FILE") || Is(text, "age-encryption.org/") =>
            new("Identities with a passphrase are not supported. Decrypt them with: age -d", AgeFault.Unsupported),
        _ when Is(text, "-----BEGIN ") =>
        new("ssh keys as identities are not supported. Use an X25519 identity, which age-keygen makes.", AgeFault.Unsupported),
        _ when Is(text, "age1") =>
        new("This is a recipient (public key), but an identity (AGE-SECRET-KEY-1...) is expected.", AgeFault.Key),
        _ => new("This is not an age identity. Expected AGE-SECRET-KEY-1 and 58 more characters in upper case, with a valid checksum.",
        AgeFault.Key),
    };

    private static bool Is(ReadOnlySpan<char> text, string start) => text.StartsWith(start, StringComparison.OrdinalIgnoreCase);
}
