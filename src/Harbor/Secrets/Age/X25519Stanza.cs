using System.Security.Cryptography;
using System.Text;

namespace Harbor.Secrets.Age;

/// <summary>The file key, encrypted with a secret that the recipient shares with a key pair made for this stanza only.</summary>
internal static class X25519Stanza
{
    public const string Kind = "X25519";

    private const int KeySize = 32;
    private const int TagSize = 16;

    private static ReadOnlySpan<byte> Nonce => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    public static Stanza Wrap(ReadOnlySpan<byte> fileKey, AgeRecipient recipient)
    {
        using var ephemeral = AgeIdentity.Generate();
        var share = ephemeral.PublicKey;
        var publicKey = recipient.PublicKey();
        using var cipher = Cipher(ephemeral, publicKey, salt: [.. share, .. publicKey]);
        var body = new byte[fileKey.Length + TagSize];
        cipher.Encrypt(Nonce, fileKey, body.AsSpan(0, fileKey.Length), body.AsSpan(fileKey.Length));

        Span<byte> code = stackalloc byte[CanonicalBase64.Columns];
        return new Stanza(Kind, [Encoding.ASCII.GetString(code[..CanonicalBase64.Encode(share, padded: false, code)])], body);
    }

    /// <summary>The file key; null if the stanza is for another identity.</summary>
    /// <exception cref="AgeException"><see cref="AgeFault.Header"/></exception>
    public static byte[]? Unwrap(Stanza stanza, AgeIdentity identity)
    {
        // Sizes are checked first, because a body of another size could decrypt with two keys.
        Span<byte> bytes = stackalloc byte[CanonicalBase64.LineBytes];
        if (stanza.Arguments is not [var code] || CanonicalBase64.Decode(Encoding.ASCII.GetBytes(code), padded: false, bytes) != X25519.Size
            || stanza.Body.Length != AgeFile.FileKeySize + TagSize)
        {
            throw Header.Broken("an X25519 recipient is malformed");
        }

        var share = bytes[..X25519.Size];
        using var cipher = Cipher(identity, share, salt: [.. share, .. identity.PublicKey]);
        var fileKey = new byte[AgeFile.FileKeySize];
        try
        {
            cipher.Decrypt(Nonce, stanza.Body.AsSpan(0, fileKey.Length), stanza.Body.AsSpan(fileKey.Length), fileKey);
            return fileKey;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static ChaCha20Poly1305 Cipher(AgeIdentity identity, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> salt)
    {
        var shared = identity.Agree(publicKey) ?? throw Header.Broken("an X25519 recipient is a low-order point");
        Span<byte> key = stackalloc byte[KeySize];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, shared, key, salt, "age-encryption.org/v1/X25519"u8);
        var cipher = new ChaCha20Poly1305(key);
        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(shared);
        return cipher;
    }
}
