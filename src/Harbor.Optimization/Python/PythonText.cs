using System.Globalization;

namespace Harbor.Optimization.Python;

/// <summary>Text as Python makes it: prompts and reasons must not differ by a character.</summary>
public static class PythonText
{
    /// <summary>As <c>repr(float)</c>: 1.0, 0.625, 1e-07, 1e+22, inf, nan.</summary>
    public static string Of(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }

        // Shortest digits that read back as the same number; both languages agree on these, but not on where the exponent begins.
        var round = value.ToString("R", CultureInfo.InvariantCulture);
        var sign = round[0] == '-' ? "-" : "";
        var mantissa = round.TrimStart('-').Split('E')[0];
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal).TrimStart('0').TrimEnd('0');
        if (digits.Length == 0)
        {
            return sign + "0.0";
        }

        var exponent = Exponent(round, mantissa);
        if (exponent is < -4 or >= 16)
        {
            var fraction = digits.Length > 1 ? "." + digits[1..] : "";
            return $"{sign}{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        }

        if (exponent < 0)
        {
            return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        }

        return digits.Length <= exponent + 1
            ? $"{sign}{digits.PadRight(exponent + 1, '0')}.0"
            : $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }

    /// <summary>As <c>str.isspace</c>, which counts U+001C to U+001F too.</summary>
    public static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001c' and <= '\u001f';

    /// <summary>As <c>str.strip</c>.</summary>
    public static string Trim(string text)
    {
        var (start, end) = (0, text.Length);
        while (start < end && IsSpace(text[start]))
        {
            start++;
        }

        while (end > start && IsSpace(text[end - 1]))
        {
            end--;
        }

        return text[start..end];
    }

    // The power of ten of the first digit that is not 0.
    private static int Exponent(string round, string mantissa)
    {
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? mantissa.Length : point;
        var first = mantissa.Replace(".", "", StringComparison.Ordinal).TakeWhile(c => c == '0').Count();
        var written = round.IndexOf('E', StringComparison.Ordinal);
        return whole - 1 - first + (written < 0 ? 0 : int.Parse(round.AsSpan(written + 1), CultureInfo.InvariantCulture));
    }
}
