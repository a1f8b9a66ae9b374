using System.Runtime.InteropServices;

namespace Harbor.Secrets.Age;

/// <summary>
/// RFC 7748's X25519, by OpenSSL: .NET 10 has no class for it, and on Linux needs OpenSSL for all its cryptography anyway. In .NET 11
/// X25519DiffieHellman takes this one's place.
/// </summary>
internal static partial class X25519
{
    public const int Size = 32;

    private const string Library = "libcrypto.so.3";
    private const int Algorithm = 1034; // EVP_PKEY_X25519

    /// <exception cref="AgeException">There is no OpenSSL 3 here.</exception>
    public static byte[] PublicKey(ReadOnlySpan<byte> privateKey)
    {
        using var key = Import(privateKey);
        var result = new byte[Size];
        nuint length = Size;
        Check(GetPublicKey(key, result, ref length));
        return result;
    }

    /// <summary>The shared secret, or null where the public key is a low-order point: every private key would give the same secret then.</summary>
    /// <exception cref="AgeException">There is no OpenSSL 3 here.</exception>
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

    /// <summary>The first call of every operation, so the one that finds the library missing.</summary>
    private static KeyHandle Import(ReadOnlySpan<byte> privateKey)
    {
        try
        {
            return Checked(NewPrivateKey(Algorithm, 0, privateKey, (nuint)privateKey.Length));
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new AgeException($"age files need OpenSSL 3 ({Library}), which this machine does not have. Run Harbor on Linux, or in its container.", AgeFault.Unavailable);
        }
    }

    private static T Checked<T>(T handle)
        where T : SafeHandle
    {
        Check(handle.IsInvalid ? 0 : 1);
        return handle;
    }

    private static void Check(int result)
    {
        if (result != 1)
        {
            ClearErrors();
            throw new AgeException($"OpenSSL ({Library}) refused X25519: its configuration may forbid it (FIPS).", AgeFault.Unavailable);
        }
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

    [LibraryImport(Library, EntryPoint = "ERR_clear_error")]
    private static partial void ClearErrors();

    private sealed class KeyHandle() : OpenSslHandle(FreeKey);

    private sealed class ContextHandle() : OpenSslHandle(FreeContext);

    private abstract class OpenSslHandle(Action<nint> free) : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            free(handle);
            return true;
        }
    }
}
