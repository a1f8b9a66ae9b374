using System.Runtime.InteropServices;
using static Harbor.Secrets.OpenSsl;

namespace Harbor.Secrets.Sops;

/// <summary>AES-GCM, by OpenSSL, with a nonce of up to 128 bytes: SOPS takes 32, and .NET's AesGcm only 12. Tested with Wycheproof's vectors.</summary>
/// <param name="key">16, 24 or 32 bytes; SOPS has 32.</param>
internal sealed partial class Gcm(byte[] key) : IDisposable
{
    public const int TagSize = 16;

    // EVP_CTRL_AEAD_...
    private const int SetNonceLength = 9;
    private const int GetTag = 16;
    private const int SetTag = 17;

    private readonly ContextHandle _context = NewHandle();

    public void Dispose() => _context.Dispose();

    /// <exception cref="DeploymentException">OpenSSL refused.</exception>
    public (byte[] Data, byte[] Tag) Encrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associated)
    {
        Begin(nonce, associated, encrypt: 1);
        var data = Update(plaintext);
        Check(Final(_context, [], out _));
        var tag = new byte[TagSize];
        Check(Control(_context, GetTag, TagSize, tag));
        return (data, tag);
    }

    /// <summary>Null where the tag does not match.</summary>
    /// <exception cref="DeploymentException">OpenSSL refused.</exception>
    public byte[]? Decrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> data, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> associated)
    {
        if (tag.Length != TagSize)
        {
            return null;
        }

        Begin(nonce, associated, encrypt: 0);
        var plaintext = Update(data);
        Check(Control(_context, SetTag, TagSize, tag.ToArray()));
        if (Final(_context, [], out _) == 1)
        {
            return plaintext;
        }

        ClearErrors();
        Array.Clear(plaintext); // Nothing is released that was not vouched for.
        return null;
    }

    private static ContextHandle NewHandle()
    {
        Require();
        return Checked(NewContext());
    }

    private void Begin(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, int encrypt)
    {
        Check(Init(_context, CipherByName($"aes-{key.Length * 8}-gcm"), 0, [], [], encrypt));
        Check(Control(_context, SetNonceLength, nonce.Length, null));
        Check(Init(_context, 0, 0, key, nonce, encrypt));
        if (associated.Length > 0)
        {
            Check(Associate(_context, 0, out _, associated, associated.Length));
        }
    }

    private byte[] Update(ReadOnlySpan<byte> input)
    {
        var output = new byte[input.Length];
        if (output.Length > 0)
        {
            Check(Update(_context, output, out _, input, input.Length));
        }

        return output;
    }

    [LibraryImport(Library, EntryPoint = "EVP_get_cipherbyname", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint CipherByName(string name);

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_new")]
    private static partial ContextHandle NewContext();

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_free")]
    private static partial void FreeContext(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_CipherInit_ex")]
    private static partial int Init(ContextHandle context, nint cipher, nint engine, ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, int encrypt);

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_ctrl")]
    private static partial int Control(ContextHandle context, int type, int argument, byte[]? data);

    [LibraryImport(Library, EntryPoint = "EVP_CipherUpdate")]
    private static partial int Update(ContextHandle context, Span<byte> output, out int length, ReadOnlySpan<byte> input, int inputLength);

    [LibraryImport(Library, EntryPoint = "EVP_CipherUpdate")]
    private static partial int Associate(ContextHandle context, nint noOutput, out int length, ReadOnlySpan<byte> input, int inputLength);

    [LibraryImport(Library, EntryPoint = "EVP_CipherFinal_ex")]
    private static partial int Final(ContextHandle context, Span<byte> output, out int length);

    private sealed class ContextHandle() : OpenSslHandle(FreeContext);
}
