namespace Harbor.Secrets.Sops;

/// <summary>A decrypted file with a valid MAC, and its data key. Disposing zeroes the key.</summary>
internal sealed partial class OpenFile(SealedFile file, SopsTree tree, DataKey key, KnownCiphertexts known) : IDisposable
{
    public SealedFile File { get; } = file;

    public SopsTree Tree { get; private set; } = tree;

    public DataKey Key { get; } = key;

    public void Dispose() => Key.Dispose();

    /// <summary>The output of <c>sops -d</c>.</summary>
    public byte[] Plain() => File.Store.Write(Tree with { Indent = null });

    /// <summary>Replaces all values.</summary>
    public void Replace(SopsTree plain) => Tree = plain with { Indent = Tree.Indent };

    /// <summary>Encrypts the file with the same data key. Unchanged values keep their ciphertext.</summary>
    public byte[] Seal(DateTimeOffset now) => Seal(Key, known, keys: null, now);

    /// <summary>Encrypts the file with other copies of the same data key.</summary>
    public byte[] SealFor(IReadOnlyList<WrappedKey> keys, DateTimeOffset now) => Seal(Key, known, keys, now);

    /// <summary>Encrypts the file with another data key.</summary>
    public byte[] SealWith(DataKey newKey, IReadOnlyList<WrappedKey> keys, DateTimeOffset now) => Seal(newKey, null, keys, now);

    private byte[] Seal(DataKey with, KnownCiphertexts? texts, IReadOnlyList<WrappedKey>? keys, DateTimeOffset now)
    {
        var cipher = new SopsCipher(with);
        using var values = File.Metadata.Cipher(cipher);
        return NewFile.Seal(File.Store, Tree, File.Metadata.With(keys), values, cipher, texts, now);
    }
}
