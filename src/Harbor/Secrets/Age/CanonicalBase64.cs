using System.Buffers;
using System.Buffers.Text;

namespace Harbor.Secrets.Age;

/// <summary>Base64 of one line, in the one way that age takes: no blanks, no stray bits at the end, and padding either always or never.</summary>
internal static class CanonicalBase64
{
    public const int Columns = 64;
    public const int LineBytes = Columns / 4 * 3;

    /// <summary>How many bytes the line holds, written to the first of <paramref name="data"/> (at least 48); -1 where it is no canonical Base64 of at most 64 columns.</summary>
    public static int Decode(ReadOnlySpan<byte> line, bool padded, Span<byte> data)
    {
        if (line.Length > Columns)
        {
            return -1;
        }

        // .NET's decoder also takes blanks and stray bits: only what it would write the same way again counts.
        Span<byte> text = stackalloc byte[Columns];
        text.Fill((byte)'=');
        line.CopyTo(text);
        var whole = padded ? line.Length : (line.Length + 3) / 4 * 4;
        Span<byte> again = stackalloc byte[Columns];
        return Base64.DecodeFromUtf8(text[..whole], data, out _, out var count) == OperationStatus.Done
            && Encode(data[..count], padded, again) == line.Length && again[..line.Length].SequenceEqual(line)
            ? count
            : -1;
    }

    /// <summary>How many columns were written.</summary>
    /// <param name="data">At most 48 bytes.</param>
    public static int Encode(ReadOnlySpan<byte> data, bool padded, Span<byte> line)
    {
        _ = Base64.EncodeToUtf8(data, line, out _, out var columns);
        return padded ? columns : line[..columns].TrimEnd((byte)'=').Length;
    }
}
