using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Harbor.Secrets.Sops;

/// <summary>
/// AES-GCM with a nonce of any length: SOPS takes 32 bytes, and .NET's AesGcm only 12. AES is the platform's; GHASH is here, without branches
/// or table look-ups that depend on secrets. NIST SP 800-38D; tested with Wycheproof's vectors.
/// </summary>
internal sealed class Gcm : IDisposable
{
    public const int TagSize = 16;

    private const int Block = 16;
    private readonly Aes _aes = Aes.Create();
    private readonly UInt128 _hashKey;

    public Gcm(byte[] key)
    {
        _aes.Key = key;
        Span<byte> zero = stackalloc byte[Block];
        zero.Clear();
        _aes.EncryptEcb(zero, zero, PaddingMode.None);
        _hashKey = BinaryPrimitives.ReadUInt128BigEndian(zero);
    }

    public void Dispose() => _aes.Dispose();

    public (byte[] Data, byte[] Tag) Encrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associated)
    {
        var counter = FirstCounter(nonce);
        var data = Xor(plaintext, counter);
        return (data, Tag(counter, data, associated));
    }

    /// <summary>Null where the tag does not match: nothing was decrypted then.</summary>
    public byte[]? Decrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> data, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> associated)
    {
        var counter = FirstCounter(nonce);
        return tag.Length == TagSize && CryptographicOperations.FixedTimeEquals(tag, Tag(counter, data, associated)) ? Xor(data, counter) : null;
    }

    private UInt128 FirstCounter(ReadOnlySpan<byte> nonce)
    {
        if (nonce.Length == 12)
        {
            Span<byte> block = stackalloc byte[Block];
            nonce.CopyTo(block);
            BinaryPrimitives.WriteUInt32BigEndian(block[12..], 1);
            return BinaryPrimitives.ReadUInt128BigEndian(block);
        }

        return Multiply(Hash(UInt128.Zero, nonce) ^ (UInt128)((ulong)nonce.Length * 8));
    }

    private byte[] Tag(UInt128 counter, ReadOnlySpan<byte> data, ReadOnlySpan<byte> associated)
    {
        var hash = Hash(Hash(UInt128.Zero, associated), data);
        hash = Multiply(hash ^ new UInt128((ulong)associated.Length * 8, (ulong)data.Length * 8));
        var tag = new byte[TagSize];
        BinaryPrimitives.WriteUInt128BigEndian(tag, counter);
        _aes.EncryptEcb(tag, tag, PaddingMode.None);
        BinaryPrimitives.WriteUInt128BigEndian(tag, BinaryPrimitives.ReadUInt128BigEndian(tag) ^ hash);
        return tag;
    }

    /// <summary>Counter mode, from the counter behind the first: that one belongs to the tag. Only its last 32 bits count.</summary>
    private byte[] Xor(ReadOnlySpan<byte> input, UInt128 counter)
    {
        var stream = new byte[(input.Length + Block - 1) / Block * Block];
        var low = (uint)counter;
        for (var at = 0; at < stream.Length; at += Block)
        {
            BinaryPrimitives.WriteUInt128BigEndian(stream.AsSpan(at), (counter & ~(UInt128)uint.MaxValue) | ++low);
        }

        _aes.EncryptEcb(stream, stream, PaddingMode.None);
        var output = new byte[input.Length];
        for (var i = 0; i < output.Length; i++)
        {
            output[i] = (byte)(input[i] ^ stream[i]);
        }

        CryptographicOperations.ZeroMemory(stream);
        return output;
    }

    private UInt128 Hash(UInt128 hash, ReadOnlySpan<byte> bytes)
    {
        Span<byte> last = stackalloc byte[Block];
        for (; bytes.Length >= Block; bytes = bytes[Block..])
        {
            hash = Multiply(hash ^ BinaryPrimitives.ReadUInt128BigEndian(bytes));
        }

        if (bytes.Length > 0)
        {
            last.Clear();
            bytes.CopyTo(last);
            hash = Multiply(hash ^ BinaryPrimitives.ReadUInt128BigEndian(last));
        }

        return hash;
    }

    /// <summary>By the hash key in GF(2^128), bit by bit; the first bit is the highest.</summary>
    private UInt128 Multiply(UInt128 x)
    {
        var product = UInt128.Zero;
        var factor = _hashKey;
        for (var bit = 127; bit >= 0; bit--)
        {
            product ^= factor & (UInt128.Zero - ((x >> bit) & UInt128.One));
            factor = (factor >> 1) ^ (new UInt128(0xE100000000000000, 0) & (UInt128.Zero - (factor & UInt128.One)));
        }

        return product;
    }
}
