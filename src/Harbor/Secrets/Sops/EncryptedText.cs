using System.Text;

namespace Harbor.Secrets.Sops;

/// <summary>
/// <c>ENC[AES256_GCM,data:...,iv:...,tag:...,type:...]</c>. Stricter than SOPS: the whole text must match, the nonce must have 32 bytes,
/// and base64 must be canonical.
/// </summary>
internal sealed record EncryptedText(byte[] Data, byte[] Iv, byte[] Tag, SopsType Type)
{
    public const int IvSize = 32;

    private const string Cipher = "AES256_GCM";

    public static bool Looks(ReadOnlySpan<byte> text) => text.StartsWith("ENC["u8);

    /// <param name="fault">The problem. It does not quote the text, which may be a secret in plain text.</param>
    public static EncryptedText? Parse(ReadOnlySpan<byte> bytes, out string fault)
    {
        if (!Looks(bytes))
        {
            fault = "is not encrypted, but the file's rule requires it. Someone added it by hand: encrypt the file again.";
            return null;
        }

        var parts = Encoding.Latin1.GetString(bytes).Split(',');
        fault = "is not a readable encrypted value: the text is damaged.";
        if (parts.Length != 5 || !parts[4].EndsWith(']'))
        {
            return null;
        }

        if (parts[0] != $"ENC[{Cipher}")
        {
            fault = $"is not encrypted with {Cipher}.";
            return null;
        }

        if (Field(parts[1], "data:") is not { Length: > 0 } data || Field(parts[2], "iv:") is not { } iv
            || Field(parts[3], "tag:") is not { } tag
            || !parts[4].StartsWith("type:", StringComparison.Ordinal))
        {
            return null;
        }

        if (iv.Length != IvSize || tag.Length != Gcm.TagSize)
        {
            fault = $"has an iv of {iv.Length} bytes and a tag of {tag.Length}; SOPS writes {IvSize} and {Gcm.TagSize}.";
            return null;
        }

        if (SopsValue.TypeOf(parts[4].AsSpan("type:".Length, parts[4].Length - "type:".Length - 1)) is not { } type)
        {
            fault = "has a type that SOPS does not write.";
            return null;
        }

        return new(data, iv, tag, type);
    }

    public override string ToString() =>
        $"ENC[{Cipher},data:{Convert.ToBase64String(Data)},iv:{Convert.ToBase64String(Iv)}," +
        $"tag:{Convert.ToBase64String(Tag)},type:{SopsValue.Name(Type)}]";

    private static byte[]? Field(string part, string name)
    {
        if (!part.StartsWith(name, StringComparison.Ordinal))
        {
            return null;
        }

        var text = part[name.Length..];
        var bytes = new byte[text.Length];

        // .NET accepts blanks and stray bits, so the result is encoded again and compared.
        return Convert.TryFromBase64String(text, bytes, out var length) && Convert.ToBase64String(bytes, 0, length) == text
            ? bytes[..length] : null;
    }
}
