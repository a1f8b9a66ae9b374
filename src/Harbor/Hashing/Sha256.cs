using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;

namespace Harbor.Hashing;

/// <summary>
/// SHA-256 and HMAC-SHA256. .NET takes them from OpenSSL, which is fast, but takes 3 ms to load: a tenth of an unchanged Deploy. So what
/// is small is hashed without it. The results are the same.
/// </summary>
internal static class Sha256
{
    /// <summary>In bytes. Above it, OpenSSL is worth its loading.</summary>
    public const int Small = 128 * 1024;

    private const int Size = 32;

    public static byte[] Hash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Small)
        {
            return SHA256.HashData(bytes);
        }

        var (digest, result) = (new Sha256Digest(), new byte[Size]);
        digest.BlockUpdate(bytes);
        digest.DoFinal(result);
        return result;
    }

    public static byte[] Hmac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Small)
        {
            return HMACSHA256.HashData(key, bytes);
        }

        var (mac, result) = (new HMac(new Sha256Digest()), new byte[Size]);
        mac.Init(new KeyParameter(key));
        mac.BlockUpdate(bytes);
        mac.DoFinal(result);
        return result;
    }
}
