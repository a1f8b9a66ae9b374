namespace Harbor.Yaml;

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

    /// <summary>Written without quotes, and not as a block of lines.</summary>
    public bool IsPlain { get; init; }

    /// <summary>One line, quoted or not: its text in the file is from <see cref="Start"/> to <see cref="End"/>.</summary>
    public bool IsFlow { get; init; }

    /// <summary>In the text, in characters: where its anchor, its tag or its quote begins.</summary>
    public int Start { get; init; }

    public int End { get; init; }

    /// <summary>The key <c>&lt;&lt;</c>.</summary>
    public bool IsMerge => IsPlain && Value == "<<";

    /// <summary>Nothing, or a null that is written out.</summary>
    public bool IsNull => IsPlain && Value is "" or "~" or "null";

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
