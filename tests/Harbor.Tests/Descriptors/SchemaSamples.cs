using System.Text.Json.Nodes;

namespace Harbor.Tests.Descriptors;

/// <summary>Values made from the schema: of every key, word, type and rule at least one that holds it and some that break it.</summary>
internal sealed class SchemaSamples(DescriptorSchema schema)
{
    public const string UnknownKey = "zzz_unknown";

    private static readonly string[] Texts =
    [
        "web", "a", "A.b-c_1", "", " ", "*", "a b", "a..b", "..", ".", "-a", "_a", "1", "1A", "$a",
        "${service}", "${option}", "a/${service}/b", "a/${other}/b", "compose.${service}.yml",
        "a/b", "/a", "/a/b", "../a", "a/../b", "a/..", "a..", "./a", "C:/a", "a\\b", "a*", "a/**",
        "a?", "a\nb", "a\u0001", "a\u0085b", "var/run", "var/run/", "var/run/a", "var/run/a/", "var/run//a", "var/run/../a",
        "var/run/${service}/config/", "var/run/*", "var/state/a", "90s", "1h30m", "500ms", "1m1h",
        "0s", "1s1s", "1d", "s", "1234567s", "999999h", "1h0m", "é", "debian:bookworm", "-v", "a\tb", "~/a",
    ];

    /// <summary>The smallest value that holds.</summary>
    public JsonNode Smallest(JsonNode at) => Values(at).First(value => schema.Accepts(value, at))!;

    /// <summary>Values that hold and values that don't; which is which, the schema says.</summary>
    public IEnumerable<JsonNode?> Values(JsonNode at)
    {
        var node = schema.Resolve(at);
        foreach (var branch in DescriptorSchema.Combinators.SelectMany(key => node[key]?.AsArray() ?? [])
            .Where(branch => branch!["required"] is null || branch["type"] is not null))
        {
            foreach (var value in Values(branch!))
            {
                yield return value;
            }
        }

        var values = node switch
        {
            _ when node["const"] is { } only => [only.DeepClone(), JsonValue.Create("zzz")],
            _ when node["enum"] is JsonArray words => [.. words.Select(word => word!.DeepClone()), JsonValue.Create("zzz")],
            _ when node["properties"] is JsonObject properties => Objects(node, properties),
            _ when node["additionalProperties"] is { } value => Maps(value),
            _ when node["items"] is { } item => Lists(item),
            _ when node["minimum"] is { } from =>
            [from.DeepClone(), (long)from - 1, node["maximum"]!.DeepClone(), (long)node["maximum"]! + 1],
            _ when (node["type"] as JsonValue)?.GetValue<string>() == "boolean" => [true, false],
            _ when node["type"] is not null => Texts.Select(text => (JsonNode?)text),
            _ => Enumerable.Empty<JsonNode?>(),
        };
        foreach (var value in values.Concat([null, true, 7, 0.5, "text", new JsonArray(), new JsonArray(1), new JsonObject()]))
        {
            yield return value;
        }
    }

    private IEnumerable<JsonNode?> Objects(JsonObject node, JsonObject properties)
    {
        var required = node["required"]?.AsArray().Select(key => (string)key!).ToList() ?? [];
        required.AddRange(node["oneOf"]?[0]?["required"]?.AsArray().Select(key => (string)key!) ?? []);
        JsonObject Base() => new(required.Select(key => KeyValuePair.Create(key, (JsonNode?)Smallest(properties[key]!).DeepClone())));

        yield return Base();
        yield return With(Base(), UnknownKey, 1);
        foreach (var key in required)
        {
            var without = Base();
            without.Remove(key);
            yield return without;
        }

        foreach (var (key, property) in properties)
        {
            foreach (var value in Values(property!))
            {
                yield return With(Base(), key, value);
            }
        }
    }

    private IEnumerable<JsonNode?> Maps(JsonNode value) =>
        Texts.Select(key => (JsonNode?)With([], key, Smallest(value)))
            .Concat(Values(value).Select(sample => (JsonNode?)With([], "key", sample)));

    private IEnumerable<JsonNode?> Lists(JsonNode item) =>
        Values(item).Select(value => (JsonNode?)new JsonArray(value?.DeepClone()))
            .Append(new JsonArray(Smallest(item).DeepClone(), Smallest(item).DeepClone()));

    private static JsonObject With(JsonObject o, string key, JsonNode? value)
    {
        o[key] = value?.DeepClone();
        return o;
    }
}
