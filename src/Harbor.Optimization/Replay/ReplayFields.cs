using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Harbor.Optimization.Replay;

/// <summary>Reads the members of an object; what is wrong is collected.</summary>
internal sealed class ReplayFields(JsonElement? json, string path, List<string> problems)
{
    public void Wrong(string name, string what) => problems.Add($"{path}{name}: {what}.");

    public void OnlyKnown(IReadOnlyList<string> names)
    {
        if (json is { } members)
        {
            problems.AddRange(members.EnumerateObject().Where(member => !names.Contains(member.Name))
                .Select(member => $"{path}{member.Name} is not known; there are {string.Join(", ", names)}."));
        }
    }

    public JsonElement? Object(string name, bool isRequired = true) => Value(name, isRequired, JsonValueKind.Object, "an object");

    public string? Text(string name, bool isRequired = true) => Value(name, isRequired, JsonValueKind.String, "a text")?.GetString();

    public bool IsNull(string name) => Find(name) is { ValueKind: JsonValueKind.Null };

    public bool IsNullOrMissing(string name) => Find(name) is null or { ValueKind: JsonValueKind.Null };

    public bool Truth(string name, bool otherwise)
    {
        if (Find(name) is not { } value)
        {
            return otherwise;
        }

        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Wrong(name, $"true or false is expected, not {value.GetRawText()}");
            return otherwise;
        }

        return value.GetBoolean();
    }

    public double Real(string name, double otherwise) => Value(name, false, JsonValueKind.Number, "a number")?.GetDouble() ?? otherwise;

    /// <summary>null: it is wrong, or not given and there is no default.</summary>
    public int? Count(string name, int minimum, int? otherwise = null)
    {
        if (Value(name, otherwise is null, JsonValueKind.Number, "a number") is not { } value)
        {
            return otherwise;
        }

        if (!value.TryGetInt32(out var number) || number < minimum)
        {
            Wrong(name, $"a whole number of at least {minimum} is expected, not {value.GetRawText()}");
            return null;
        }

        return number;
    }

    public BigInteger BigWhole(string name, BigInteger otherwise)
    {
        if (Value(name, false, JsonValueKind.Number, "a number") is not { } value)
        {
            return otherwise;
        }

        if (!BigInteger.TryParse(value.GetRawText(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            Wrong(name, $"a whole number is expected, not {value.GetRawText()}");
        }

        return number;
    }

    public T OneOf<T>(string name, string otherwise, Dictionary<string, T> values)
    {
        var text = Text(name, isRequired: false) ?? otherwise;
        if (values.TryGetValue(text, out var value))
        {
            return value;
        }

        Wrong(name, $"'{text}' is not known; there are {string.Join(", ", values.Keys)}");
        return values[otherwise];
    }

    private JsonElement? Find(string name) =>
        json is { ValueKind: JsonValueKind.Object } members && members.TryGetProperty(name, out var value) ? value : null;

    private JsonElement? Value(string name, bool isRequired, JsonValueKind kind, string expected)
    {
        if (Find(name) is not { } value)
        {
            if (isRequired && json is not null)
            {
                Wrong(name, $"it is missing; {expected} is expected");
            }

            return null;
        }

        if (value.ValueKind != kind)
        {
            Wrong(name, $"{expected} is expected, not {value.GetRawText()}");
            return null;
        }

        return value;
    }
}
