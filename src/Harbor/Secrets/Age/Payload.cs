using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Harbor.Secrets.Age;

/// <summary>
/// The content of an age file: a nonce for the key, then chunks of 64 KiB. Each chunk is encrypted with its number and a mark for the
/// last chunk.
/// </summary>
internal static class Payload
{
    private const int NonceSize = 16;
    private const int KeySize = 32;
    private const int TagSize = 16;
    private const int ChunkSize = 64 * 1024;

    public static byte[] Encrypt(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> fileKey)
    {
        var chunks = Math.Max(1, (plaintext.Length + ChunkSize - 1) / ChunkSize);
        var payload = new byte[checked(NonceSize + plaintext.Length + (chunks * TagSize))];
        RandomNumberGenerator.Fill(payload.AsSpan(0, NonceSize));
        using var cipher = Cipher(fileKey, payload.AsSpan(0, NonceSize));
        Span<byte> nonce = stackalloc byte[12];
        for (var number = 0; number < chunks; number++)
        {
            var chunk = plaintext[(number * ChunkSize)..Math.Min((number + 1) * ChunkSize, plaintext.Length)];
            var target = payload.AsSpan(NonceSize + (number * (ChunkSize + TagSize)));
            SetNonce(nonce, number, last: number == chunks - 1);
            cipher.Encrypt(nonce, chunk, target[..chunk.Length], target.Slice(chunk.Length, TagSize));
        }

        return payload;
    }

    /// <summary>Returns the whole content or throws.</summary>
    /// <exception cref="AgeException"><see cref="AgeFault.Payload"/>; <see cref="AgeFault.Header"/> if the nonce is incomplete.</exception>
    public static byte[] Decrypt(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> fileKey)
    {
        if (payload.Length < NonceSize)
        {
            throw Header.Broken("the file ends after it");
        }

        var plaintext = new byte[payload.Length];
        var (length, damage) = Open(payload, fileKey, plaintext);
        var result = damage is null ? plaintext[..length] : [];
        CryptographicOperations.ZeroMemory(plaintext);
        return damage is null ? result : throw new AgeException($"The content of the age file is damaged: {damage}.", AgeFault.Payload);
    }

    /// <summary>Decrypts chunk after chunk up to the first damaged one.</summary>
    /// <returns>The length of the authentic part of <paramref name="plaintext"/>, and the damage after it.</returns>
    internal static (int Length, string? Damage) Open(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> fileKey, Span<byte> plaintext)
    {
        using var cipher = Cipher(fileKey, payload[..NonceSize]);
        var rest = payload[NonceSize..];
        var length = 0;
        for (var number = 0; ; number++)
        {
            var last = rest.Length <= ChunkSize + TagSize;
            var chunk = last ? rest : rest[..(ChunkSize + TagSize)];
            if (chunk.Length < TagSize || (number > 0 && chunk.Length == TagSize))
            {
                return (length, "it is truncated, or ends with an empty chunk");
            }

            var target = plaintext.Slice(length, chunk.Length - TagSize);
            if (TryOpen(cipher, chunk, number, last, target))
            {
                length += target.Length;
                if (last)
                {
                    return (length, null);
                }
            }
            else
            {
                // Only a full chunk can be valid with the opposite mark.
                return target.Length == ChunkSize && TryOpen(cipher, chunk, number, !last, target)
                    ? (length + target.Length, last ? "it is truncated" : "data follows its end")
                    : (length, "it was changed or truncated");
            }

            rest = rest[chunk.Length..];
        }
    }

    private static bool TryOpen(ChaCha20Poly1305 cipher, ReadOnlySpan<byte> chunk, int number, bool last, Span<byte> target)
    {
        Span<byte> nonce = stackalloc byte[12];
        SetNonce(nonce, number, last);
        try
        {
            cipher.Decrypt(nonce, chunk[..^TagSize], chunk[^TagSize..], target);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    private static void SetNonce(Span<byte> nonce, int number, bool last)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt32BigEndian(nonce[7..], number);
        nonce[11] = last ? (byte)1 : (byte)0;
    }

    private static ChaCha20Poly1305 Cipher(ReadOnlySpan<byte> fileKey, ReadOnlySpan<byte> nonce)
    {
        Span<byte> key = stackalloc byte[KeySize];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, fileKey, key, nonce, "payload"u8);
        var cipher = new ChaCha20Poly1305(key);
        CryptographicOperations.ZeroMemory(key);
        return cipher;
    }
}
