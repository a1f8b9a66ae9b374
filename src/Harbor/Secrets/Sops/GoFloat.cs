using System.Globalization;

namespace Harbor.Secrets.Sops;

/// <summary>Formats floating point numbers like Go's strconv, because SOPS hashes and prints that text.</summary>
internal static class GoFloat
{
    /// <summary>Null if the text is not a number or is too large.</summary>
    public static double? Parse(string text) => text switch
    {
        "+Inf" or "Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        "NaN" => double.NaN,
        _ => double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
        CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null,
    };

    /// <summary>Go's format 'f', shortest: without exponent.</summary>
    public static string Plain(double number)
    {
        if (!double.IsFinite(number))
        {
            return double.IsNaN(number) ? "NaN" : number > 0 ? "+Inf" : "-Inf";
        }

        var (sign, digits, point) = Digits(number);
        return sign + (point <= 0 ? $"0.{new string('0', -point)}{digits}".TrimEnd('.')
            : point >= digits.Length ? digits + new string('0', point - digits.Length)
            : $"{digits[..point]}.{digits[point..]}");
    }

    /// <summary>Go's format 'g' (or 'G'), shortest: with an exponent for large numbers and below 0.0001.</summary>
    public static string General(double number, char letter) =>
        !double.IsFinite(number) || Digits(number).Point is > -4 and <= 6 ? Plain(number) : Exponent(number, letter, 2);

    /// <summary>The format of Go's encoding/json.</summary>
    public static string Json(double number) =>
        number == 0 || Math.Abs(number) is >= 1e-6 and < 1e21 ? Plain(number) : Exponent(number, 'e', number is > -1 and < 1 ? 1 : 2);

    private static string Exponent(double number, char letter, int width)
    {
        var (sign, digits, point) = Digits(number);
        var power = point - 1;
        var exponent = Math.Abs(power).ToString("D" + width, CultureInfo.InvariantCulture);
        return $"{sign}{digits[0]}{(digits.Length > 1 ? "." : "")}{digits[1..]}{letter}{(power < 0 ? '-' : '+')}{exponent}";
    }

    /// <summary>The shortest digits that give the same number, and the position of the point.</summary>
    private static (string Sign, string Digits, int Point) Digits(double number)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        var sign = text[0] == '-' ? "-" : "";
        var mantissa = text[sign.Length..];
        var power = 0;
        if (mantissa.IndexOf('E') is >= 0 and var e)
        {
            power = int.Parse(mantissa.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            mantissa = mantissa[..e];
        }

        var dot = mantissa.IndexOf('.') is >= 0 and var found ? found : mantissa.Length;
        var all = mantissa.Replace(".", "", StringComparison.Ordinal);
        var digits = all.TrimStart('0');
        return digits.Length == 0 ? (sign, "0", 1) : (sign, digits.TrimEnd('0'), dot + power - (all.Length - digits.Length));
    }
}
