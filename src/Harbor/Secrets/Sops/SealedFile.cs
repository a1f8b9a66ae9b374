namespace Harbor.Secrets.Sops;

/// <summary>An encrypted file that was read but not decrypted.</summary>
internal sealed class SealedFile
{
    private readonly SopsTree _tree;

    private SealedFile(string name, SopsStore store, SopsTree tree)
    {
        (Name, Store, _tree) = (name, store, tree);
        Metadata = SopsMetadata.Read(tree, name);
    }

    public string Name { get; }

    public SopsStore Store { get; }

    public SopsMetadata Metadata { get; }

    /// <summary>Documents with encrypted values and plain names.</summary>
    public IReadOnlyList<SopsMap> Documents => _tree.Documents;

    /// <param name="name">The name for messages. Its extension decides the format.</param>
    /// <exception cref="InvalidStackException">The file is not encrypted, or its kind is not supported.</exception>
    public static SealedFile Read(ReadOnlySpan<byte> bytes, string name)
    {
        var store = SopsFormat.StoreOf(name);
        return bytes.Length <= SopsStore.MaxBytes
            ? new(name, store, store.Read(bytes, name))
            : throw Faults.Create(name, 0, $"is larger than the {SopsStore.MaxBytes >> 20} MiB limit for secrets files.");
    }

    /// <summary>Decrypts every value, and returns them only after the MAC was verified.</summary>
    /// <param name="key">The result takes ownership.</param>
    public OpenFile Open(DataKey key)
    {
        var tree = _tree.Copy();
        var known = new KnownCiphertexts();
        var cipher = new SopsCipher(key);
        using var values = Metadata.Cipher(cipher);
        Metadata.VerifyMac(cipher, values.Decrypt(tree.Documents, known));
        return new(this, tree with { Metadata = null }, key, known);
    }
}
