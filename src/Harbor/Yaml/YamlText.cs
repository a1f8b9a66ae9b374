using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Harbor.Yaml;

/// <summary>The bytes of a file as text. What a YAML scanner should never see is refused here.</summary>
internal static class YamlText
{
    public const int MaxBytes = 1024 * 1024;

    public const char ByteOrderMark = '\uFEFF';

    /// <exception cref="InvalidStackException">Unreadable, or as <see cref="Decode"/>.</exception>
    public static string Read(string path, string file)
    {
        try
        {
            // A pipe or a device has no length and is never opened: it could keep us waiting for ever.
            var length = ((FileInfo?)File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path)).Length;
            return length switch
            {
                0 => "",
                > MaxBytes => throw TooLarge(file, length),
                _ => Decode(File.ReadAllBytes(path), file),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidStackException([new Problem(file, 0, 0, $"The file can't be read: {e.Message}")]);
        }
    }

    /// <exception cref="InvalidStackException">Too large, not UTF-8, or with control characters.</exception>
    public static string Decode(ReadOnlySpan<byte> bytes, string file)
    {
        if (bytes.Length > MaxBytes)
        {
            throw TooLarge(file, bytes.Length);
        }

        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            throw Refused(new Location(file, 1, 1), "The file is UTF-16: save it as UTF-8.");
        }

        if (bytes is [0xEF, 0xBB, 0xBF, ..])
        {
            bytes = bytes[3..];
        }

        if (!Utf8.IsValid(bytes))
        {
            var end = EndOfValid(bytes);
            throw Refused(
                Place(Encoding.UTF8.GetString(bytes[..end]), file), $"The byte 0x{bytes[end]:X2} is not UTF-8: save the file as UTF-8.");
        }

        var text = Encoding.UTF8.GetString(bytes);
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]) && text[i] is not ('\t' or '\n' or '\r' or '\u0085'))
            {
                var hint = text[i] == '\0' ? " (is the file UTF-16, or not text at all?)" : "";
                throw Refused(Place(text[..i], file), $"The control character U+{(int)text[i]:X4} may not appear in YAML{hint}.");
            }
        }

        return text;
    }

    public static InvalidStackException TooLarge(string file, long length) =>
        new([new Problem(
            file, 0, 0, FormattableString.Invariant($"The file is {length:N0} bytes long; a descriptor may have {MaxBytes:N0}."))]);

    public static InvalidStackException Refused(Location at, string message) => new([at.Problem(message)]);

    private static int EndOfValid(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(bytes[at..], out _, out var length) == OperationStatus.Done)
        {
            at += length;
        }

        return at;
    }

    private static Location Place(string before, string file)
    {
        var line = 1 + before.AsSpan().Count('\n');
        return new Location(file, line, before.Length - before.LastIndexOf('\n'));
    }
}
