using System.Collections;
using System.Globalization;
using System.Text.Json;

namespace Harbor.Optimization.Configuration;

/// <summary>A mapping or JSON as the same tree; a place is a path of keys.</summary>
internal static class MappingTree
{
    public static ConfigValue.Table Read(IEnumerable<KeyValuePair<string, object?>> mapping) => Table(mapping, "");

    public static ConfigValue Read(JsonElement json, string path = "")
    {
        var place = Place(path);
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                var table = new ConfigValue.Table(place);
                foreach (var entry in json.EnumerateObject())
                {
                    table.Add(entry.Name, Place(Under(path, entry.Name)), Read(entry.Value, Under(path, entry.Name)));
                }

                return table;
            case JsonValueKind.Array:
                return new ConfigValue.List(place, [.. json.EnumerateArray().Select((item, i) => Read(item, Item(path, i)))]);
            case JsonValueKind.String:
                return new ConfigValue.Text(place, json.GetString()!);
            case JsonValueKind.Number:
                return json.TryGetInt64(out var whole) ? new ConfigValue.Whole(place, whole)
                    : new ConfigValue.Real(place, json.GetDouble());
            case JsonValueKind.True or JsonValueKind.False:
                return new ConfigValue.Truth(place, json.GetBoolean());
            default:
                return new ConfigValue.Other(place, "null");
        }
    }

    private static ConfigValue.Table Table(IEnumerable<KeyValuePair<string, object?>> mapping, string path)
    {
        var table = new ConfigValue.Table(Place(path));
        foreach (var (key, value) in mapping)
        {
            table.Add(key, Place(Under(path, key)), Value(value, Under(path, key)));
        }

        return table;
    }

    private static ConfigValue Value(object? value, string path) => value switch
    {
        JsonElement json => Read(json, path),
        string text => new ConfigValue.Text(Place(path), text),
        bool truth => new ConfigValue.Truth(Place(path), truth),
        byte or short or int or long => new ConfigValue.Whole(Place(path), Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        float or double or decimal => new ConfigValue.Real(Place(path), Convert.ToDouble(value, CultureInfo.InvariantCulture)),
        IEnumerable<KeyValuePair<string, object?>> mapping => Table(mapping, path),
        IEnumerable list => new ConfigValue.List(Place(path), [.. list.Cast<object?>().Select((item, i) => Value(item, Item(path, i)))]),
        _ => new ConfigValue.Other(Place(path), value?.ToString() ?? "null"),
    };

    private static ConfigPlace Place(string path) => new(path.Length == 0 ? "the mapping" : path);

    private static string Under(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    private static string Item(string path, int index) => FormattableString.Invariant($"{path}[{index}]");
}
