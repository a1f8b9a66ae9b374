using System.Globalization;
using System.Text;

namespace Harbor.Secrets.Sops;

internal enum SopsType
{
    Null,
    Str,
    Int,
    Float,
    Bool,
    Time,
    Comment,
}

/// <summary>A scalar with its SOPS type.</summary>
/// <param name="Bytes">The bytes that SOPS encrypts and hashes, in its form for the type: <c>True</c>, <c>12</c>, <c>0.0000001</c>. Text
/// may be any bytes.</param>
internal sealed record SopsValue(SopsType Type, byte[] Bytes)
{
    public static readonly SopsValue Null = new(SopsType.Null, []);

    public string Text => Encoding.UTF8.GetString(Bytes);

    public static SopsValue Of(string text) => new(SopsType.Str, Encoding.UTF8.GetBytes(text));

    public static SopsValue Of(bool value) => new(SopsType.Bool, value ? "True"u8.ToArray() : "False"u8.ToArray());

    public static SopsValue Of(long value) => new(SopsType.Int, Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture)));

    public static SopsValue Of(double value) => new(SopsType.Float, Encoding.ASCII.GetBytes(GoFloat.Plain(value)));

    public static string? Name(SopsType type) => type switch
    {
        SopsType.Str => "str",
        SopsType.Int => "int",
        SopsType.Float => "float",
        SopsType.Bool => "bool",
        SopsType.Time => "time",
        SopsType.Comment => "comment",
        _ => null,
    };

    /// <summary>Null for an unknown type, and for <c>bytes</c>, which SOPS itself no longer reads.</summary>
    public static SopsType? TypeOf(ReadOnlySpan<char> name) => name switch
    {
        "str" => SopsType.Str,
        "int" => SopsType.Int,
        "float" => SopsType.Float,
        "bool" => SopsType.Bool,
        "time" => SopsType.Time,
        "comment" => SopsType.Comment,
        _ => null,
    };

    /// <summary>A decrypted value in the form that SOPS hashes; null if the bytes do not fit the type.</summary>
    public static SopsValue? Decrypted(SopsType type, byte[] bytes)
    {
        if (type is SopsType.Str or SopsType.Comment)
        {
            return new(type, bytes);
        }

        var text = Encoding.Latin1.GetString(bytes);
        return type switch
        {
            SopsType.Int when long.TryParse(
                text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => Of(number),
            SopsType.Float when GoFloat.Parse(text) is { } number => Of(number),
            SopsType.Bool when text is "1" or "t" or "T" or "TRUE" or "true" or "True" => Of(true),
            SopsType.Bool when text is "0" or "f" or "F" or "FALSE" or "false" or "False" => Of(false),
            SopsType.Time => GoTime.Parse(text),
            _ => null,
        };
    }
}
