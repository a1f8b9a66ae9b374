using System.Buffers.Text;

namespace Harbor.Secrets.Age;

/// <summary>
/// Base64 of one line in the only form that age accepts: no blanks, no stray bits at the end, and padding always or never.
/// </summary>
internal static class CanonicalBase64
{
    public const int Columns = 64;
    public const int LineBytes = Columns / 4 * 3;

    /// <summary>
    /// Decodes into <paramref name="data"/> (at least 48 bytes) and returns the number of bytes; -1 if the line is not canonical Base64 of
    /// at most 64 columns.
    /// </summary>
    /// <remarks>.NET's own is laxer.</remarks>
    public static int Decode(ReadOnlySpan<byte> line, bool padded, Span<byte> data)
    {
        var digits = padded ? line.TrimEnd((byte)'=') : line;
        var padding = -digits.Length & 3;
        if (line.Length > Columns || padding == 3 || (padded && digits.Length + padding != line.Length))
        {
            return -1;
        }

        var (buffer, bits, count) = (0, 0, 0);
        foreach (var digit in digits)
        {
            var value = Value(digit);
            if (value < 0)
            {
                return -1;
            }

            buffer = ((buffer << 6) | value) & 0x3FFF;
            bits += 6;
            if (bits >= 8)
            {
                bits -= 8;
                data[count++] = (byte)(buffer >> bits);
            }
        }

        return (buffer & ((1 << bits) - 1)) == 0 ? count : -1;
    }

    /// <summary>Returns the number of columns written.</summary>
    /// <param name="data">At most 48 bytes.</param>
    public static int Encode(ReadOnlySpan<byte> data, bool padded, Span<byte> line)
    {
        _ = Base64.EncodeToUtf8(data, line, out _, out var columns);
        return padded ? columns : line[..columns].TrimEnd((byte)'=').Length;
    }

    private static int Value(byte digit) => (char)digit switch
    {
        >= 'A' and <= 'Z' => digit - 'A',
        >= 'a' and <= 'z' => digit - 'a' + 26,
        >= '0' and <= '9' => digit - '0' + 52,
        '+' => 62,
        '/' => 63,
        _ => -1,
    };
}
