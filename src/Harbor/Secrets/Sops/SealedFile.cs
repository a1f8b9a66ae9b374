namespace Harbor.Secrets.Sops;

/// <summary>An encrypted file, read and not yet opened.</summary>
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

    /// <summary>Values are encrypted, names are not.</summary>
    public IReadOnlyList<SopsMap> Documents => _tree.Documents;

    /// <param name="name">As messages show it; its end gives the format.</param>
    /// <exception cref="InvalidStackException">Not an encrypted file, or of a kind that is not supported.</exception>
    public static SealedFile Read(ReadOnlySpan<byte> bytes, string name)
    {
        var store = SopsFormat.StoreOf(name);
        return bytes.Length <= SopsStore.MaxBytes
            ? new(name, store, store.Read(bytes, name))
            : throw Faults.At(name, 0, $"is larger than the {SopsStore.MaxBytes >> 20} MiB that a file of secrets may have.");
    }

    /// <summary>Decrypts every value and verifies the MAC before any is given away.</summary>
    /// <param name="key">Belongs to the result from now on.</param>
    public OpenFile Open(DataKey key)
    {
        var tree = _tree.Copy();
        var known = new KnownCiphertexts();
        using var cipher = new SopsCipher(key);
        using var values = Metadata.Cipher(cipher);
        Metadata.VerifyMac(cipher, values.Decrypt(tree.Documents, known));
        return new(this, tree with { Metadata = null }, key, known);
    }
}
