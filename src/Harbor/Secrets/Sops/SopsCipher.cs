using System.Security.Cryptography;
using System.Text;

namespace Harbor.Secrets.Sops;

/// <summary>Encrypts single values with a file's data key. The ciphertext is bound to the value's path.</summary>
internal sealed class SopsCipher(DataKey key)
{
    private readonly Gcm _gcm = new(key.Bytes);

    /// <param name="path">The keys from the root, each followed by a colon.</param>
    public string Encrypt(SopsValue value, string path)
    {
        var iv = RandomNumberGenerator.GetBytes(EncryptedText.IvSize);
        var (data, tag) = _gcm.Encrypt(iv, value.Bytes, Encoding.UTF8.GetBytes(path));
        return new EncryptedText(data, iv, tag, value.Type).ToString();
    }

    /// <summary>Null if the key, the path or the text differs from the encryption.</summary>
    public byte[]? Decrypt(EncryptedText text, string path) => _gcm.Decrypt(text.Iv, text.Data, text.Tag, Encoding.UTF8.GetBytes(path));
}
