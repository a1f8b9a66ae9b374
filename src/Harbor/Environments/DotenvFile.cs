using System.Text;

namespace Harbor.Environments;

/// <summary>
/// Reads dotenv files by Compose's own grammar: docs/environment.md has it, with the table of cases that both are tested against.
/// </summary>
/// <param name="Problems">What could not be read; never quotes a value.</param>
public sealed record DotenvFile(IReadOnlyList<DotenvEntry> Entries, IReadOnlyList<Problem> Problems)
{
    /// <summary>A file of variables has kilobytes; a larger one was named by mistake.</summary>
    public const int MaxBytes = 1 << 20;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="fileName">As problems name it: relative to the project root.</param>
    public static DotenvFile Parse(ReadOnlySpan<byte> bytes, string fileName)
    {
        if (bytes.Length > MaxBytes)
        {
            return Refused(fileName, 0, $"has {bytes.Length} bytes; a file of variables may have {MaxBytes}.");
        }

        if (bytes.IndexOf((byte)0) is >= 0 and var nul)
        {
            return Refused(fileName, bytes[..nul].Count((byte)'\n') + 1, "holds a NUL byte: no program can be given such a value.");
        }

        try
        {
            return Parse(StrictUtf8.GetString(bytes), fileName);
        }
        catch (DecoderFallbackException e)
        {
            return Refused(fileName, bytes[..Math.Max(e.Index, 0)].Count((byte)'\n') + 1, "is not UTF-8.");
        }
    }

    /// <inheritdoc cref="Parse(ReadOnlySpan{byte}, string)"/>
    public static DotenvFile Parse(string text, string fileName)
    {
        var parser = new DotenvParser(text.StartsWith('\uFEFF') ? text[1..] : text, fileName);
        parser.Run();
        return new(parser.Entries, parser.Problems);
    }

    private static DotenvFile Refused(string fileName, int line, string message) => new([], [new Problem(fileName, line, 0, message)]);
}
