namespace Harbor.Descriptors.Yaml;

internal enum ScalarKind
{
    Text,
    Null,
    Boolean,
    Integer,
    Number,
}

/// <summary>One value, with its kind by the core schema of YAML 1.2 in lower case: <c>no</c>, <c>on</c> and <c>True</c> are text.</summary>
internal sealed class YamlScalar(Location at, string value, ScalarKind kind) : YamlNode(at)
{
    public string Value { get; } = value;

    public ScalarKind Kind { get; } = kind;

    public override string Description => Kind switch
    {
        ScalarKind.Null => "empty",
        ScalarKind.Boolean => Value,
        ScalarKind.Integer or ScalarKind.Number => $"the number {Excerpt.Of(Value)}",
        _ => $"the text '{Excerpt.Of(Value)}'",
    };

    public static ScalarKind KindOfPlain(string value) => value switch
    {
        "" or "~" or "null" => ScalarKind.Null,
        "true" or "false" => ScalarKind.Boolean,
        _ => KindOfNumber(value),
    };

    private static ScalarKind KindOfNumber(string value)
    {
        var rest = value.AsSpan(value[0] is '-' or '+' ? 1 : 0);
        var whole = Digits(rest);
        if (whole == rest.Length)
        {
            return whole > 0 ? ScalarKind.Integer : ScalarKind.Text;
        }

        var digits = whole;
        rest = rest[whole..];
        if (rest[0] == '.')
        {
            var fraction = Digits(rest[1..]);
            digits += fraction;
            rest = rest[(fraction + 1)..];
        }

        if (digits > 0 && rest is ['e' or 'E', .. var exponent])
        {
            exponent = exponent is ['-' or '+', .. var unsigned] ? unsigned : exponent;
            return exponent.Length > 0 && Digits(exponent) == exponent.Length ? ScalarKind.Number : ScalarKind.Text;
        }

        return digits > 0 && rest.Length == 0 ? ScalarKind.Number : ScalarKind.Text;
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? text.Length : end;
    }
}
