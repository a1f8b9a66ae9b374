using System.Text.Json;

namespace Harbor.Optimization;

/// <summary>Compares JSON trees: keys in any order, numbers as doubles, exactly.</summary>
internal static class Json
{
    public static void Equal(JsonElement expected, JsonElement actual, string where) => Assert.Null(Difference(expected, actual, where));

    public static string? Difference(JsonElement expected, JsonElement actual, string where)
    {
        if (expected.ValueKind != actual.ValueKind)
        {
            return $"{where}: {Short(actual)} instead of {Short(expected)}";
        }

        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                var (left, right) = (Names(expected), Names(actual));
                return !left.SetEquals(right)
                    ? $"{where}: keys {string.Join(",", right)} instead of {string.Join(",", left)}"
                    : left.Select(name => Difference(expected.GetProperty(name), actual.GetProperty(name), $"{where}.{name}"))
                        .FirstOrDefault(difference => difference is not null);
            case JsonValueKind.Array:
                var count = Math.Min(expected.GetArrayLength(), actual.GetArrayLength());
                for (var i = 0; i < count; i++)
                {
                    if (Difference(expected[i], actual[i], $"{where}[{i}]") is { } difference)
                    {
                        return difference;
                    }
                }

                return expected.GetArrayLength() == actual.GetArrayLength()
                    ? null
                    : $"{where}: {actual.GetArrayLength()} entries instead of {expected.GetArrayLength()}";
            case JsonValueKind.Number:
                return expected.GetDouble().Equals(actual.GetDouble()) ? null : $"{where}: {Short(actual)} instead of {Short(expected)}";
            case JsonValueKind.String:
                return expected.GetString() == actual.GetString() ? null : $"{where}: {Short(actual)} instead of {Short(expected)}";
            default:
                return null;
        }
    }

    private static HashSet<string> Names(JsonElement json) => [.. json.EnumerateObject().Select(member => member.Name)];

    private static string Short(JsonElement json) => json.GetRawText() is { Length: > 200 } text ? text[..200] : json.GetRawText();
}
