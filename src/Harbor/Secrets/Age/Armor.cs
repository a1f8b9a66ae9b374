namespace Harbor.Secrets.Age;

/// <summary>The text form of an age file: a fixed first line, padded Base64 in lines of 64 columns, a fixed last line.</summary>
internal static class Armor
{
    private static ReadOnlySpan<byte> Begin => "-----BEGIN AGE ENCRYPTED FILE-----"u8;

    private static ReadOnlySpan<byte> End => "-----END AGE ENCRYPTED FILE-----"u8;

    private static ReadOnlySpan<byte> Blanks => " \t\r\n\v\f"u8;

    /// <param name="text">Lines end with LF or CRLF. Only blank lines may precede and follow.</param>
    /// <exception cref="AgeException"><see cref="AgeFault.Armor"/></exception>
    public static byte[] Decode(ReadOnlySpan<byte> text)
    {
        var start = text.Length - text.TrimStart(Blanks).Length;
        if ((start > 0 && text[start - 1] != '\n') || !Line(ref text, start).SequenceEqual(Begin))
        {
            throw new AgeException(
                "This is not an age file: it begins neither with age-encryption.org/v1 nor with -----BEGIN AGE ENCRYPTED FILE-----.",
                AgeFault.Armor);
        }

        var data = new byte[text.Length];
        var length = 0;
        Span<byte> bytes = stackalloc byte[CanonicalBase64.LineBytes];
        var last = false;
        while (true)
        {
            var line = Line(ref text, 0);
            if (line.SequenceEqual(End))
            {
                return text.Trim(Blanks).IsEmpty ? data[..length] : throw Broken("text follows its last line");
            }

            var count = line.IsEmpty || last ? -1 : CanonicalBase64.Decode(line, padded: true, bytes);
            if (count < 0)
            {
                throw Broken("a line is not Base64 of 64 columns, or the last line is missing");
            }

            bytes[..count].CopyTo(data.AsSpan(length));
            length += count;
            last = count < CanonicalBase64.LineBytes;
        }
    }

    public static byte[] Encode(ReadOnlySpan<byte> data)
    {
        var lines = (data.Length + CanonicalBase64.LineBytes - 1) / CanonicalBase64.LineBytes;
        var text = new byte[checked(Begin.Length + End.Length + 2 + (lines * (CanonicalBase64.Columns + 1)))];
        var at = 0;
        Append(Begin);
        for (var i = 0; i < data.Length; i += CanonicalBase64.LineBytes)
        {
            at += CanonicalBase64.Encode(data[i..Math.Min(i + CanonicalBase64.LineBytes, data.Length)], padded: true, text.AsSpan(at));
            text[at++] = (byte)'\n';
        }

        Append(End);
        return text[..at];

        void Append(ReadOnlySpan<byte> line)
        {
            line.CopyTo(text.AsSpan(at));
            at += line.Length;
            text[at++] = (byte)'\n';
        }
    }

    /// <summary>Removes the next line from the text and returns it without LF or CRLF.</summary>
    private static ReadOnlySpan<byte> Line(ref ReadOnlySpan<byte> text, int start)
    {
        var rest = text[start..];
        var end = rest.IndexOf((byte)'\n');
        text = end < 0 ? [] : rest[(end + 1)..];
        var line = end < 0 ? rest : rest[..end];
        return line is [.., (byte)'\r'] ? line[..^1] : line;
    }

    private static AgeException Broken(string why) => new($"The armor of the age file is damaged: {why}.", AgeFault.Armor);
}
