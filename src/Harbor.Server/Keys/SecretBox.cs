using System.Security.Cryptography;

namespace Harbor.Server.Keys;

/// <summary>Encrypts what the database must not show (AES-256-GCM). The key is a file of the data folder that only its owner
/// reads.</summary>
public sealed class SecretBox
{
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private readonly byte[] _key;

    /// <exception cref="UsageException">The file is not a key.</exception>
    public SecretBox(DataFolder data)
    {
        var file = data.SecretKeyFile;
        if (!File.Exists(file))
        {
            Write(file, RandomNumberGenerator.GetBytes(32));
        }

        _key = File.ReadAllBytes(file);
        if (_key.Length != 32)
        {
            throw new UsageException($"{file} is not the key that the server wrote. Restore it from a back-up: "
                + "without it, the stored variables are lost.");
        }
    }

    public byte[] Seal(byte[] text)
    {
        var box = new byte[NonceLength + TagLength + text.Length];
        var nonce = box.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_key, TagLength);
        aes.Encrypt(nonce, text, box.AsSpan(NonceLength + TagLength), box.AsSpan(NonceLength, TagLength));
        return box;
    }

    /// <exception cref="CryptographicException">Another key sealed it, or somebody changed it.</exception>
    public byte[] Open(byte[] box)
    {
        var text = new byte[box.Length - NonceLength - TagLength];
        using var aes = new AesGcm(_key, TagLength);
        aes.Decrypt(box.AsSpan(0, NonceLength), box.AsSpan(NonceLength + TagLength), box.AsSpan(NonceLength, TagLength), text);
        return text;
    }

    /// <summary>Equal for equal text; says nothing about it to whoever lacks the key.</summary>
    public string Digest(byte[] text) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, text));

    /// <summary>Several processes may share a folder: the first file stays.</summary>
    private static void Write(string file, byte[] key)
    {
        var fresh = $"{file}.{Path.GetRandomFileName()}";
        using (var stream = new FileStream(fresh, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            stream.Write(key);
            stream.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(fresh, file);
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(fresh);
        }
    }
}
