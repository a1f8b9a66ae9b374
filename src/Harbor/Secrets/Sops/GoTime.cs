using System.Globalization;
using System.Text;

namespace Harbor.Secrets.Sops;

/// <summary>Times in the formats of YAML and of SOPS, which hashes and prints RFC 3339 without trailing zeros in fractions.</summary>
internal static class GoTime
{
    private static readonly string[] Forms =
        ["yyyy-M-d'T'H:m:sK", "yyyy-M-d't'H:m:sK", "yyyy-M-d H:m:s", "yyyy-M-d"];

    /// <summary>Null if the text is not a time.</summary>
    public static SopsValue? Parse(string text)
    {
        if (text.Length < 8 || text[4] != '-' || !char.IsAsciiDigit(text[0]))
        {
            return null;
        }

        // .NET parses seven fractional digits, Go nine.
        var (rest, fraction) = (text, "");
        if (text.IndexOf('.') is > 0 and var dot)
        {
            var end = dot + 1;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
            {
                end++;
            }

            (rest, fraction) = (text[..dot] + text[end..], text[(dot + 1)..end].TrimEnd('0'));
            if (end == dot + 1 || end - dot > 10)
            {
                return null;
            }
        }

        return DateTimeOffset.TryParseExact(rest, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            && (fraction.Length == 0 || rest.Contains(':', StringComparison.Ordinal))
            ? new(SopsType.Time, Encoding.ASCII.GetBytes(Format(time, fraction)))
            : null;
    }

    /// <summary>
    /// The form of <c>lastmodified</c> that the MAC covers: whole seconds, <c>Z</c> for UTC. Null if the text is not an RFC 3339 time.
    /// </summary>
    public static string? Seconds(string text) =>
        text.Length >= 20 && text[10] == 'T' && Parse(text)?.Text is { } time
            ? time.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot
                ? time[..dot] + time[(time.AsSpan(dot).IndexOfAny("Z+-") + dot)..] : time
            : null;

    public static string Format(DateTimeOffset time) => Format(time.ToUniversalTime(), "");

    private static string Format(DateTimeOffset time, string fraction) =>
        time.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture)
        + (fraction.Length > 0 ? $".{fraction}" : "")
        + (time.Offset == TimeSpan.Zero ? "Z" : time.ToString("zzz", CultureInfo.InvariantCulture));
}
