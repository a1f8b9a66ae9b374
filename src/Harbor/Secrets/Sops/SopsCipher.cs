using System.Security.Cryptography;
using System.Text;

namespace Harbor.Secrets.Sops;

/// <summary>Encrypts single values with a file's data key, bound to where they stand.</summary>
internal sealed class SopsCipher(DataKey key) : IDisposable
{
    private readonly Gcm _gcm = new(key.Bytes);

    public void Dispose() => _gcm.Dispose();

    /// <param name="path">The keys from the root, each followed by a colon.</param>
    public string Encrypt(SopsValue value, string path)
    {
        var iv = RandomNumberGenerator.GetBytes(EncryptedText.IvSize);
        var (data, tag) = _gcm.Encrypt(iv, value.Bytes, Encoding.UTF8.GetBytes(path));
        return new EncryptedText(data, iv, tag, value.Type).ToString();
    }

    /// <summary>Null where the key, the place or the text is another than when it was encrypted.</summary>
    public byte[]? Decrypt(EncryptedText text, string path) => _gcm.Decrypt(text.Iv, text.Data, text.Tag, Encoding.UTF8.GetBytes(path));
}
