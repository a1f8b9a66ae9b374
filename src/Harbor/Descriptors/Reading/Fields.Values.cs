using System.Globalization;
using Harbor.Descriptors.Yaml;

namespace Harbor.Descriptors.Reading;

internal sealed partial class Fields
{
    public string? Text(string key, Rule? rule = null) => Take(key) is { } node ? TextOf(node, $"'{key}'", rule) : null;

    /// <summary>Empty where the value is missing or doesn't fit, which has been reported then.</summary>
    public string Required(string key, Rule? rule = null)
    {
        if (!Has(key))
        {
            Missing(key);
        }

        return Text(key, rule) ?? "";
    }

    /// <summary>A number or a bool counts as the text that stands there.</summary>
    public string? AnyScalar(string key) => Take(key) is { } node ? AnyScalarOf(node, $"'{key}'") : null;

    public IReadOnlyList<string>? Texts(string key, Rule? rule = null) => List(key, item => TextOf(item, $"An item of '{key}'", rule));

    public IReadOnlyList<string>? AnyScalars(string key) => List(key, item => AnyScalarOf(item, $"An item of '{key}'"));

    /// <summary>A single text, or a list that isn't empty.</summary>
    public IReadOnlyList<string>? OneOrMore(string key, Rule rule)
    {
        switch (Take(key))
        {
            case YamlList { Items.Count: 0 } empty:
                Unexpected($"'{key}'", empty, "at least one item, or no such key");
                return null;
            case YamlMap map:
                Unexpected($"'{key}'", map, "text or a list of texts");
                return null;
            case YamlList:
                return Texts(key, rule);
            default:
                return Text(key, rule) is { } text ? [text] : null;
        }
    }

    public IReadOnlyDictionary<string, string>? TextMap(string key, Rule keyRule) => Map(key, fields =>
    {
        fields.AcceptAnything();
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in fields.Entries)
        {
            fields.CheckKey(name, keyRule);
            result[name.Value] = AnyScalarOf(value, $"'{Excerpt.Of(name.Value)}'") ?? "";
        }

        return result;
    });

    public bool? Flag(string key)
    {
        switch (Take(key))
        {
            case null:
                return null;
            case YamlScalar { Kind: ScalarKind.Boolean } scalar:
                return scalar.Value == "true";
            case var other:
                var hint = other is YamlScalar { Kind: ScalarKind.Text } ? ", without quotes (yes, no, on and off are text)" : "";
                Unexpected($"'{key}'", other, $"true or false{hint}");
                return null;
        }
    }

    public int? Number(string key, int from, int to)
    {
        switch (Take(key))
        {
            case null:
                return null;
            case YamlScalar { Kind: ScalarKind.Integer } scalar
                when int.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= from && number <= to:
                return number;
            case var other:
                Unexpected($"'{key}'", other, $"a whole number from {from} to {to}");
                return null;
        }
    }

    public TimeSpan? Time(string key) => Text(key, Grammar.Duration) is { } text ? Duration.Parse(text) : null;

    public T? Choice<T>(string key, IReadOnlyList<Word<T>> choices)
        where T : struct
    {
        if (Text(key, Grammar.OneOf([.. choices.Select(choice => choice.Text)])) is not { } text)
        {
            return null;
        }

        return choices.First(choice => choice.Text == text).Value;
    }

    public T? RequiredChoice<T>(string key, IReadOnlyList<Word<T>> choices)
        where T : struct
    {
        if (!Has(key))
        {
            Missing(key);
        }

        return Choice(key, choices);
    }

    public void CheckKey(YamlScalar key, Rule rule)
    {
        if (rule(key.Value) is { } expected)
        {
            problems.Add(key.At, $"The name '{Excerpt.Of(key.Value)}' in {What} doesn't fit: expected {expected}.");
        }
    }

    private string? TextOf(YamlNode node, string name, Rule? rule)
    {
        if (node is not YamlScalar { Kind: ScalarKind.Text } scalar)
        {
            var quoted = node is YamlScalar { Kind: not ScalarKind.Null } plain
                ? rule?.Invoke(plain.Value) ?? $"text, in quotes: \"{Excerpt.Of(plain.Value)}\""
                : "text";
            Unexpected(name, node, quoted);
            return null;
        }

        if (rule?.Invoke(scalar.Value) is { } expected)
        {
            Unexpected(name, scalar, expected);
            return null;
        }

        return scalar.Value;
    }

    private string? AnyScalarOf(YamlNode node, string name)
    {
        if (node is YamlScalar { Kind: not ScalarKind.Null } scalar)
        {
            return scalar.Value;
        }

        Unexpected(name, node, node is YamlScalar ? "a value; \"\" is the empty text" : "text");
        return null;
    }
}
