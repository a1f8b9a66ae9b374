using System.Security.Cryptography;
using Harbor.Yaml;

namespace Harbor.Secrets.Sops;

/// <summary>
/// Walks the documents in order, decrypts or encrypts the values that the rule selects, and hashes every value for the MAC.
/// </summary>
internal sealed class TreeCipher(SopsCipher cipher, EncryptionRule rule, bool macOnlyEncrypted, string file) : IDisposable
{
    /// <summary>SHA-256 of "sops". It distinguishes a MAC over only the encrypted values from a MAC over all values.</summary>
    private static readonly byte[] OnlyEncrypted =
        Convert.FromHexString("8a3fd2ad54ce66527b1034f3d147be0b0b975b3bf44f72c6fdadec8176f27d69");

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
    private bool _encrypts;
    private KnownCiphertexts? _known;

    public void Dispose() => _hash.Dispose();

    /// <returns>The MAC over the values.</returns>
    /// <param name="known">Receives every value with its ciphertext.</param>
    /// <exception cref="InvalidStackException">A value is not encrypted, is encrypted with another key or for another path, or is
    /// damaged.</exception>
    public string Decrypt(IReadOnlyList<SopsMap> documents, KnownCiphertexts known)
    {
        (_encrypts, _known) = (false, known);
        return Walk(documents);
    }

    /// <returns>The MAC over the values.</returns>
    /// <param name="known">Values that keep their ciphertext; null for none.</param>
    public string Encrypt(IReadOnlyList<SopsMap> documents, KnownCiphertexts? known)
    {
        (_encrypts, _known) = (true, known);
        return Walk(documents);
    }

    private string Walk(IReadOnlyList<SopsMap> documents)
    {
        if (macOnlyEncrypted)
        {
            _hash.AppendData(OnlyEncrypted);
        }

        foreach (var document in documents)
        {
            Map(document, "", matched: false);
        }

        return Convert.ToHexString(_hash.GetHashAndReset());
    }

    private void Map(SopsMap map, string path, bool matched)
    {
        foreach (var (key, node) in map.Entries)
        {
            if (key is null)
            {
                // A comment of a map is written as a comment, encrypted or not; in a list it becomes an item.
                var comment = (SopsScalar)node;
                Scalar(comment, path.Length == 0 ? ":" : path, matched);
                comment.Value = comment.Value with { Type = SopsType.Comment };
                continue;
            }

            Node(node, $"{path}{key}:", matched || rule.Matches(key));
            if (node is SopsScalar { Value.Type: SopsType.Comment } value)
            {
                throw Fault(value, $"{path}{key}:", "has the type of a comment, but is a value.");
            }
        }
    }

    private void Node(SopsNode node, string path, bool matched)
    {
        switch (node)
        {
            case SopsMap map:
                Map(map, path, matched);
                break;
            case SopsList list:
                foreach (var item in list.Items)
                {
                    Node(item, path, matched);
                }

                break;
            case SopsScalar scalar:
                Scalar(scalar, path, matched);
                break;
        }
    }

    private void Scalar(SopsScalar scalar, string path, bool matched)
    {
        var selected = matched == rule.SelectsMatches;
        var plain = selected && !_encrypts ? Decrypted(scalar, path) : scalar.Value;
        if (plain.Type is not (SopsType.Comment or SopsType.Null) && (selected || !macOnlyEncrypted))
        {
            _hash.AppendData(plain.Bytes);
        }

        scalar.Value = selected && _encrypts && plain.Bytes.Length > 0
            ? SopsValue.Of(_known?.TakeNext(path, plain) ?? cipher.Encrypt(plain, path))
            : plain;
    }

    private SopsValue Decrypted(SopsScalar scalar, string path)
    {
        var value = scalar.Value;
        if (value.Bytes.Length == 0)
        {
            return value;
        }

        var isComment = value.Type == SopsType.Comment;
        if (isComment && !EncryptedText.Looks(value.Bytes))
        {
            return value;
        }

        if (!isComment && value.Type != SopsType.Str)
        {
            throw Fault(scalar, path,
                "is not encrypted, but the file's rule requires it. Someone added it by hand: encrypt the file again.");
        }

        if (EncryptedText.Parse(value.Bytes, out var fault) is not { } text)
        {
            return isComment ? value : throw Fault(scalar, path, fault);
        }

        if (cipher.Decrypt(text, path) is not { } bytes)
        {
            return isComment
                ? value : throw Fault(
                    scalar, path, "can't be decrypted, because the text was changed, or moved here from another key or file.");
        }

        if (SopsValue.Decrypted(text.Type, bytes) is not { } plain)
        {
            throw Fault(scalar, path, $"has the type {SopsValue.Name(text.Type)}, but its value does not fit that.");
        }

        _known!.Add(path, plain, value.Text);
        return plain;
    }

    private InvalidStackException Fault(SopsScalar scalar, string path, string message) =>
        Faults.Create(file, scalar.Line, $"{Excerpt.Of(path.Length > 1 ? path[..^1] : "a comment")} {message}");
}
