namespace Harbor.Secrets.Sops;

/// <summary>A decrypted file whose MAC held, with its data key. Disposing wipes the key.</summary>
internal sealed partial class OpenFile(SealedFile file, SopsTree tree, DataKey key, KnownCiphertexts known) : IDisposable
{
    public SealedFile File { get; } = file;

    public SopsTree Tree { get; private set; } = tree;

    public DataKey Key { get; } = key;

    public void Dispose() => Key.Dispose();

    /// <summary>What <c>sops -d</c> prints.</summary>
    public byte[] Plain() => File.Store.Write(Tree with { Indent = null });

    /// <summary>Takes other values, written as <see cref="Plain"/> gives them.</summary>
    /// <exception cref="InvalidStackException">Not of the format, or with metadata.</exception>
    public void Replace(SopsTree plain) => Tree = plain with { Indent = Tree.Indent };

    /// <summary>The encrypted file, with the same data key: values that did not change keep their text.</summary>
    public byte[] Seal(DateTimeOffset now) => Seal(Key, known, keys: null, now);

    /// <summary>The encrypted file with other copies of the same data key.</summary>
    public byte[] SealFor(IReadOnlyList<WrappedKey> keys, DateTimeOffset now) => Seal(Key, known, keys, now);

    /// <summary>The encrypted file with another data key.</summary>
    public byte[] SealWith(DataKey newKey, IReadOnlyList<WrappedKey> keys, DateTimeOffset now) => Seal(newKey, null, keys, now);

    private byte[] Seal(DataKey with, KnownCiphertexts? texts, IReadOnlyList<WrappedKey>? keys, DateTimeOffset now)
    {
        using var cipher = new SopsCipher(with);
        using var values = File.Metadata.Cipher(cipher);
        return NewFile.Seal(File.Store, Tree, File.Metadata.With(keys), values, cipher, texts, now);
    }
}
