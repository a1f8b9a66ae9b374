namespace Harbor.Secrets.Sops;

/// <summary>Encrypts plain files.</summary>
internal static class NewFile
{
    /// <exception cref="InvalidStackException">The format is wrong, or the file is already encrypted.</exception>
    public static SopsTree ReadPlain(SopsStore store, ReadOnlySpan<byte> plain, string name)
    {
        if (plain.Length > SopsStore.MaxBytes)
        {
            throw Faults.Create(name, 0, $"is larger than the {SopsStore.MaxBytes >> 20} MiB limit for secrets files.");
        }

        var tree = store.ReadPlain(plain, name);
        return tree.Metadata is null
            ? tree
            : throw Faults.Create(
                name, tree.Metadata.Line,
                "already contains SOPS metadata (sops, or names that begin with sops_): it may already be encrypted.");
    }

    public static byte[] Encrypt(
        SopsTree plain, SopsStore store, string name, CreationRule rule, DataKey key, IReadOnlyList<WrappedKey> keys, DateTimeOffset now)
    {
        var encryption = rule.Rule ?? (store == BinaryStore.Instance ? null : EncryptionRule.Default);
        var cipher = new SopsCipher(key);
        using var values = new TreeCipher(cipher, encryption ?? EncryptionRule.Default, rule.MacOnlyEncrypted, name);
        return Seal(store, plain, SopsMetadata.New(encryption, rule.MacOnlyEncrypted, keys), values, cipher, null, now);
    }

    public static byte[] Seal(
        SopsStore store, SopsTree plain, SopsMap metadata, TreeCipher values, SopsCipher cipher,
        KnownCiphertexts? texts, DateTimeOffset now)
    {
        var tree = plain.Copy();
        var mac = values.Encrypt(tree.Documents, texts);
        return store.Write(tree with { Metadata = SopsMetadata.Sealed(metadata, cipher, mac, now) });
    }
}
