using System.Buffers;
using System.Text;

namespace Harbor.Linting;

/// <summary>Finds base64 in a file and decodes it if it may contain a key.</summary>
internal static class EncodedText
{
    private const int Shortest = 60;
    private static readonly SearchValues<char> Base64 =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_");
    private static readonly SearchValues<string> Keys =
        SearchValues.Create(["AGE-SECRET-KEY-", "AGE-PLUGIN-", "PRIVATE KEY"], StringComparison.OrdinalIgnoreCase);

    public static IEnumerable<LintText> In(LintText file)
    {
        for (var at = 0; at + Shortest <= file.Text.Length;)
        {
            var window = file.Text.AsSpan(at, Shortest);
            if (window.LastIndexOfAnyExcept(Base64) is >= 0 and var other)
            {
                at += other + 1;
                continue;
            }

            var (run, end) = Run(file.Text, at);
            foreach (var text in Decoded(run))
            {
                yield return new LintText(file.Path, text, IsBinary: true) { FixedLine = file.LineOf(at) };
            }

            at = end;
        }
    }

    /// <summary>The run of base64 and the following lines that contain only base64.</summary>
    private static (string Text, int End) Run(string text, int start)
    {
        var end = End(text, start);
        var run = new StringBuilder(text, start, end - start, end - start);
        while (NextLine(text, end) is { } next && End(text, next) is var nextEnd && nextEnd > next
            && (nextEnd == text.Length || text[nextEnd] is '\r' or '\n' or '=' or '"' or '\''))
        {
            run.Append(text, next, nextEnd - next);
            end = nextEnd;
        }

        return (run.ToString(), end);
    }

    private static int End(string text, int start) => text.AsSpan(start).IndexOfAnyExcept(Base64) is >= 0 and var length
        ? start + length : text.Length;

    private static int? NextLine(string text, int at)
    {
        var start = at;
        while (at < text.Length && text[at] is '\r' or '\n' or ' ' or '\t')
        {
            at++;
        }

        return text.AsSpan(start, at - start).Contains('\n') ? at : null;
    }

    /// <summary>Decodes from four offsets, because letters before the encoded text may be base64 letters too.</summary>
    private static IEnumerable<string> Decoded(string run)
    {
        var standard = run.Replace('-', '+').Replace('_', '/');
        var bytes = new byte[standard.Length];
        for (var skip = 0; skip < 4; skip++)
        {
            var length = (standard.Length - skip) / 4 * 4;
            var rest = standard[(skip + length)..];
            var text = string.Concat(standard.AsSpan(skip, length), rest.Length > 1 ? rest.PadRight(4, '=') : "");
            if (Convert.TryFromBase64String(text, bytes, out var count)
                && Encoding.Latin1.GetString(bytes, 0, count) is var decoded && decoded.AsSpan().ContainsAny(Keys))
            {
                yield return decoded;
            }
        }
    }
}
