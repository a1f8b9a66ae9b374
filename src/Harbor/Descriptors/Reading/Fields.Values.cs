using System.Globalization;
using Harbor.Yaml;

namespace Harbor.Descriptors.Reading;

internal sealed partial class Fields
{
    public string? ReadText(string key, Rule? rule = null) => Expect(key) is { } node ? TextOf(node, $"'{key}'", rule) : null;

    /// <summary>Empty if the value is missing or invalid; both are reported.</summary>
    public string ReadRequiredText(string key, Rule? rule = null)
    {
        if (!Contains(key))
        {
            Missing(key);
        }

        return ReadText(key, rule) ?? "";
    }

    /// <summary>Numbers and booleans are returned as written.</summary>
    public string? ReadScalar(string key) => Expect(key) is { } node ? AnyScalarOf(node, $"'{key}'") : null;

    public IReadOnlyList<string>? ReadTexts(string key, Rule? rule = null) =>
        ReadList(key, item => TextOf(item, $"An item of '{key}'", rule));

    public IReadOnlyList<string>? ReadScalars(string key) => ReadList(key, item => AnyScalarOf(item, $"An item of '{key}'"));

    /// <summary>Accepts a text or a list that is not empty.</summary>
    public IReadOnlyList<string>? ReadOneOrMoreTexts(string key, Rule rule)
    {
        switch (Expect(key))
        {
            case YamlList { Items.Count: 0 } empty:
                Unexpected($"'{key}'", empty, "at least one item; otherwise leave the key out");
                return null;
            case YamlMap map:
                Unexpected($"'{key}'", map, "text or a list of texts");
                return null;
            case YamlList:
                return ReadTexts(key, rule);
            default:
                return ReadText(key, rule) is { } text ? [text] : null;
        }
    }

    public IReadOnlyDictionary<string, string>? ReadTextMap(string key, Rule keyRule) => ReadMap(key, fields =>
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

    public bool? ReadFlag(string key)
    {
        switch (Expect(key))
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

    public int? ReadNumber(string key, int from, int to)
    {
        switch (Expect(key))
        {
            case null:
                return null;
            case YamlScalar { Kind: ScalarKind.Integer } scalar
                when int.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                    && number >= from && number <= to:
                return number;
            case var other:
                Unexpected($"'{key}'", other, $"a whole number from {from} to {to}");
                return null;
        }
    }

    public TimeSpan? ReadDuration(string key) => ReadText(key, Grammar.Duration) is { } text ? Duration.Parse(text) : null;

    public T? ReadChoice<T>(string key, IReadOnlyList<Word<T>> choices)
        where T : struct
    {
        if (ReadText(key, Grammar.OneOf([.. choices.Select(choice => choice.Text)])) is not { } text)
        {
            return null;
        }

        return choices.First(choice => choice.Text == text).Value;
    }

    public T? ReadRequiredChoice<T>(string key, IReadOnlyList<Word<T>> choices)
        where T : struct
    {
        if (!Contains(key))
        {
            Missing(key);
        }

        return ReadChoice(key, choices);
    }

    public void CheckKey(YamlScalar key, Rule rule)
    {
        if (rule(key.Value) is { } expected)
        {
            problems.Add(key.At, $"The name '{Excerpt.Of(key.Value)}' in {What} is invalid: expected {expected}.");
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
