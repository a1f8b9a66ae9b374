using Curve = Org.BouncyCastle.Math.EC.Rfc7748.X25519;

namespace Harbor.Secrets.Age;

/// <summary>X25519 of RFC 7748 by BouncyCastle, because .NET 10 has no class for it. .NET 11 has X25519DiffieHellman.</summary>
internal static class X25519
{
    public const int Size = Curve.PointSize;

    public static byte[] PublicKey(ReadOnlySpan<byte> privateKey)
    {
        var result = new byte[Size];
        Curve.ScalarMultBase(privateKey, result);
        return result;
    }

    /// <summary>
    /// The shared secret. Null if the public key is a low-order point, because every private key would give the same secret.
    /// </summary>
    public static byte[]? Agree(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey)
    {
        var shared = new byte[Size];
        return Curve.CalculateAgreement(privateKey, publicKey, shared) ? shared : null;
    }
}
