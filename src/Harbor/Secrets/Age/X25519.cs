using System.Runtime.InteropServices;
using static Harbor.Secrets.OpenSsl;

namespace Harbor.Secrets.Age;

/// <summary>
/// RFC 7748's X25519, by OpenSSL: .NET 10 has no class for it, and on Linux needs OpenSSL for all its cryptography anyway. In .NET 11
/// X25519DiffieHellman takes this one's place.
/// </summary>
internal static partial class X25519
{
    public const int Size = 32;

    private const int Algorithm = 1034; // EVP_PKEY_X25519

    /// <exception cref="DeploymentException">There is no OpenSSL 3 here.</exception>
    public static byte[] PublicKey(ReadOnlySpan<byte> privateKey)
    {
        using var key = Import(privateKey);
        var result = new byte[Size];
        nuint length = Size;
        Check(GetPublicKey(key, result, ref length));
        return result;
    }

    /// <summary>The shared secret, or null where the public key is a low-order point: every private key would give the same secret then.</summary>
    /// <exception cref="DeploymentException">There is no OpenSSL 3 here.</exception>
    public static byte[]? Agree(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey)
    {
        using var key = Import(privateKey);
        using var peer = Checked(NewPublicKey(Algorithm, 0, publicKey, (nuint)publicKey.Length));
        using var context = Checked(NewContext(key, 0));
        Check(DeriveInit(context));
        Check(DeriveSetPeer(context, peer));
        var shared = new byte[Size];
        nuint length = Size;
        if (Derive(context, shared, ref length) == 1 && shared.AsSpan().ContainsAnyExcept((byte)0))
        {
            return shared;
        }

        ClearErrors();
        return null;
    }

    private static KeyHandle Import(ReadOnlySpan<byte> privateKey)
    {
        Require();
        return Checked(NewPrivateKey(Algorithm, 0, privateKey, (nuint)privateKey.Length));
    }

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_new_raw_private_key")]
    private static partial KeyHandle NewPrivateKey(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_new_raw_public_key")]
    private static partial KeyHandle NewPublicKey(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_get_raw_public_key")]
    private static partial int GetPublicKey(KeyHandle key, Span<byte> result, ref nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_free")]
    private static partial void FreeKey(nint key);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_CTX_new")]
    private static partial ContextHandle NewContext(KeyHandle key, nint engine);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_CTX_free")]
    private static partial void FreeContext(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_derive_init")]
    private static partial int DeriveInit(ContextHandle context);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_derive_set_peer")]
    private static partial int DeriveSetPeer(ContextHandle context, KeyHandle peer);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_derive")]
    private static partial int Derive(ContextHandle context, Span<byte> shared, ref nuint length);

    private sealed class KeyHandle() : OpenSslHandle(FreeKey);

    private sealed class ContextHandle() : OpenSslHandle(FreeContext);
}
