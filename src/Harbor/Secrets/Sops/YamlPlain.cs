namespace Harbor.Secrets.Sops;

/// <summary>The types of unquoted YAML scalars in go-yaml, the library of SOPS: a mixture of YAML 1.1 and 1.2.</summary>
internal static class YamlPlain
{
    /// <summary>Null for an integer that SOPS can't encrypt, because it fits 64 bits only without a sign.</summary>
    public static SopsValue? Resolve(string text)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return SopsValue.Null;
            case "true" or "True" or "TRUE":
                return SopsValue.Of(true);
            case "false" or "False" or "FALSE":
                return SopsValue.Of(false);
            case ".nan" or ".NaN" or ".NAN":
                return SopsValue.Of(double.NaN);
            case ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF":
                return SopsValue.Of(double.PositiveInfinity);
            case "-.inf" or "-.Inf" or "-.INF":
                return SopsValue.Of(double.NegativeInfinity);
        }

        if (!char.IsAsciiDigit(text[0]) && text[0] is not ('+' or '-' or '.'))
        {
            return SopsValue.Of(text);
        }

        if (GoTime.Parse(text) is { } time)
        {
            return time;
        }

        var plain = text.Replace("_", "", StringComparison.Ordinal);
        return Integer(plain, out var tooLarge)
            ?? (tooLarge ? null : IsFloat(plain) && GoFloat.Parse(plain) is { } number ? SopsValue.Of(number) : SopsValue.Of(text));
    }

    /// <summary>Whether an unquoted scalar stays a text, also in older YAML.</summary>
    public static bool IsText(string text) => Resolve(text) is { Type: SopsType.Str } && !IsOldBoolean(text)
        && !IsBase60(text) && text is not ("<<" or "=");

    private static bool IsOldBoolean(string text) => text is
        "y" or "Y" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" or "n" or "N" or "no" or "No" or "NO" or "off" or "Off" or "OFF";

    /// <summary><c>1:20:30</c> is a number in YAML 1.1.</summary>
    private static bool IsBase60(string text) =>
        text.TrimStart('+', '-') is [>= '0' and <= '9', ..] rest && rest.Contains(':', StringComparison.Ordinal)
            && rest.All(c => char.IsAsciiDigit(c) || c is '_' or ':' or '.');

    private static SopsValue? Integer(string text, out bool tooLarge)
    {
        tooLarge = false;
        var negative = text is ['-', ..];
        var digits = text[0] is '-' or '+' ? text[1..] : text;
        (digits, var radix) = digits switch
        {
            ['0', 'x' or 'X', .. var hex] => (hex, 16u),
            ['0', 'o' or 'O', .. var octal] => (octal, 8u),
            ['0', 'b' or 'B', .. var binary] => (binary, 2u),
            ['0', _, ..] => (digits[1..], 8u),
            _ => (digits, 10u),
        };
        UInt128 number = 0;
        foreach (var c in digits)
        {
            var digit = char.IsAsciiDigit(c) ? (uint)(c - '0') : char.IsAsciiHexDigit(c) ? (uint)((c | 0x20) - 'a' + 10) : uint.MaxValue;
            if (digit >= radix)
            {
                return null;
            }

            number = (number * radix) + digit;
            if (number > ulong.MaxValue)
            {
                return null;
            }
        }

        if (digits.Length == 0)
        {
            return null;
        }

        var limit = negative ? (UInt128)1 << 63 : long.MaxValue;
        tooLarge = !negative && number > limit;
        return number > limit ? null : SopsValue.Of(negative ? unchecked(-(long)(ulong)number) : (long)number);
    }

    /// <summary>[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?</summary>
    private static bool IsFloat(string text)
    {
        var rest = text.AsSpan().TrimStart("+-");
        if (text.Length - rest.Length > 1)
        {
            return false;
        }

        var whole = Digits(ref rest);
        var fraction = 0;
        if (rest is ['.', ..])
        {
            rest = rest[1..];
            fraction = Digits(ref rest);
        }

        if (whole + fraction > 0 && rest is ['e' or 'E', ..])
        {
            rest = rest[1..];
            rest = rest is ['+' or '-', ..] ? rest[1..] : rest;
            return Digits(ref rest) > 0 && rest.Length == 0;
        }

        return whole + fraction > 0 && rest.Length == 0;
    }

    private static int Digits(ref ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExceptInRange('0', '9') is >= 0 and var found ? found : text.Length;
        text = text[end..];
        return end;
    }
}
