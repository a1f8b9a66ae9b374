using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace Harbor.Secrets.Sops;

/// <summary>
/// AES-GCM by BouncyCastle, because SOPS uses nonces of 32 bytes and .NET's AesGcm accepts only 12. Tested with Wycheproof's vectors.
/// </summary>
/// <param name="key">16, 24 or 32 bytes; SOPS uses 32.</param>
internal sealed class Gcm(byte[] key)
{
    public const int TagSize = 16;

    private readonly KeyParameter _key = new(key);

    public (byte[] Data, byte[] Tag) Encrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associated)
    {
        var result = Process(nonce, plaintext, associated, isEncryption: true);
        return (result[..plaintext.Length], result[plaintext.Length..]);
    }

    /// <summary>Null if the tag does not match.</summary>
    public byte[]? Decrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> data, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> associated)
    {
        if (tag.Length != TagSize)
        {
            return null;
        }

        try
        {
            return Process(nonce, [.. data, .. tag], associated, isEncryption: false);
        }
        catch (InvalidCipherTextException)
        {
            return null;
        }
    }

    private byte[] Process(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> input, ReadOnlySpan<byte> associated, bool isEncryption)
    {
        var cipher = new GcmBlockCipher(AesUtilities.CreateEngine());
        cipher.Init(isEncryption, new AeadParameters(_key, TagSize * 8, nonce.ToArray(), associated.ToArray()));
        var output = new byte[cipher.GetOutputSize(input.Length)];
        try
        {
            var length = cipher.ProcessBytes(input, output);
            cipher.DoFinal(output.AsSpan(length));
            return output;
        }
        catch (InvalidCipherTextException)
        {
            Array.Clear(output); // Unauthenticated plain text must not stay in memory.
            throw;
        }
    }
}
