using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Harbor.Tests.Docs;

/// <summary>Generates <c>docs/descriptor-reference.md</c> from the descriptions of <c>etc/harbor.schema.json</c>.</summary>
internal sealed class DescriptorReference(JsonObject schema)
{
    private const string Top = """
        # Descriptor reference

        This page lists every key of `etc/harbor.yaml`, with its type, its default and its meaning. Editors show the same texts with

        ```yaml
        # yaml-language-server: $schema=harbor.schema.json
        ```

        The page is generated from `etc/harbor.schema.json`. After a change of the schema, run the test `DescriptorReferenceTests` with
        `HARBOR_ACCEPT_SNAPSHOTS=1`. The [guide](descriptor.md) explains how the keys work together.

        """;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Dictionary<string, string> TypeNames = new()
    {
        ["name"] = "name",
        ["variable"] = "variable name",
        ["duration"] = "duration",
        ["inside"] = "path in the project",
        ["insideForService"] = "path in the project",
        ["rendered"] = "path under `var/run/`",
        ["file"] = "path",
        ["fileName"] = "file name",
        ["baseFile"] = "path",
        ["filePattern"] = "file name pattern",
        ["image"] = "image",
        ["targets"] = "name or list of names",
    };

    private readonly StringBuilder _text = new(Top.ReplaceLineEndings("\n"));
    private readonly List<(string Path, JsonObject Item)> _items = [];

    public static string Generate(string schema) => new DescriptorReference((JsonObject)JsonNode.Parse(schema)!).Generate();

    private string Generate()
    {
        foreach (var (name, _) in (JsonObject)schema["properties"]!)
        {
            _text.Append(CultureInfo.InvariantCulture, $"\n## {name}\n\n");
            AppendKey("", name, schema);
        }

        foreach (var (path, item) in _items)
        {
            AppendItem(path.Split(", "), item);
        }

        return _text.ToString();
    }

    private void AppendKeys(string prefix, JsonObject map)
    {
        foreach (var (name, _) in (JsonObject)map["properties"]!)
        {
            AppendKey(prefix, name, map);
        }
    }

    /// <summary>One line for the key, then the lines of the keys inside it.</summary>
    private void AppendKey(string prefix, string name, JsonObject map)
    {
        var key = Resolve((JsonObject)map["properties"]![name]!);
        var isRequired = (map["required"] as JsonArray ?? []).Any(other => other!.GetValue<string>() == name);
        var value = key["default"] is { } known ? $", default `{known.ToJsonString(Plain)}`" : "";
        _text.Append(CultureInfo.InvariantCulture,
            $"- `{prefix}{name}` ({TypeOf(key)}{(isRequired ? ", required" : "")}{value}): {Description(key)}\n");
        if (key["properties"] is not null)
        {
            AppendKeys($"{prefix}{name}.", key);
        }

        Collect($"{prefix}{name}[]", key["items"]);
        Collect($"{prefix}{name}.<name>", key["additionalProperties"]);
    }

    /// <summary>Maps that are items of a list or values of a map. Lists of the same items share a section.</summary>
    private void Collect(string path, JsonNode? node)
    {
        if (node is not JsonObject item || (Resolve(item) is var map && map["properties"] is null && map["oneOf"] is null))
        {
            return;
        }

        var same = _items.FindIndex(known => JsonNode.DeepEquals(known.Item, map));
        if (same < 0)
        {
            _items.Add((path, map));
        }
        else
        {
            _items[same] = ($"{_items[same].Path}, {path}", map);
        }
    }

    private void AppendItem(string[] paths, JsonObject item)
    {
        var title = paths.Length == 1 ? $"`{paths[0]}`"
            : paths[0].Contains("service", StringComparison.Ordinal) ? "Hooks at service points" : "Hooks at stage points";
        _text.Append(CultureInfo.InvariantCulture, $"\n## {title}\n");
        if (paths.Length > 1)
        {
            _text.Append(CultureInfo.InvariantCulture, $"\nItems of {string.Join(", ", paths.Select(path => $"`{path[..^2]}`"))}.\n");
        }

        if (item["description"] is not null)
        {
            _text.Append(CultureInfo.InvariantCulture, $"\n{Description(item)}\n");
        }

        foreach (var variant in (item["oneOf"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var (name, kind) = ((JsonObject)variant["properties"]!).First();
            _text.Append(CultureInfo.InvariantCulture, $"\n### {name}: {kind!["const"]}\n\n{Description((JsonObject)kind)}\n\n");
            AppendKeys("", variant);
        }

        if (item["properties"] is not null)
        {
            _text.Append('\n');
            AppendKeys("", item);
        }
    }

    private static string Description(JsonObject key) =>
        key["description"]!.GetValue<string>().Replace("<", "&lt;", StringComparison.Ordinal);

    /// <summary>The node with the members of the definition that it refers to; its own members come first.</summary>
    private JsonObject Resolve(JsonObject node)
    {
        var merged = (JsonObject)node.DeepClone();
        foreach (var reference in References(node))
        {
            foreach (var (name, value) in Resolve((JsonObject)schema["$defs"]![reference]!))
            {
                if (!merged.ContainsKey(name))
                {
                    merged[name] = value?.DeepClone();
                }
            }

            merged["x-type"] ??= TypeNames.GetValueOrDefault(reference);
        }

        return merged;
    }

    private static IEnumerable<string> References(JsonObject node) =>
        new[] { node }.Concat((node["allOf"] as JsonArray ?? []).OfType<JsonObject>())
            .Select(part => part["$ref"]?.GetValue<string>()).OfType<string>().Select(reference => reference["#/$defs/".Length..]);

    private string TypeOf(JsonObject key) => key switch
    {
        _ when key["x-type"] is { } known => known.GetValue<string>(),
        _ when key["const"] is { } constant => $"`{constant.ToJsonString(Plain).Trim('"')}`",
        _ when key["enum"] is JsonArray words => string.Join(", ", words.Select(word => $"`{word!.GetValue<string>()}`")),
        _ when key["anyOf"] is JsonArray parts =>
            string.Join(" or ", parts.Select(part => TypeOf(Resolve((JsonObject)part!))).Distinct()),
        _ when key["type"] is JsonArray => "text, number or boolean",
        _ => key["type"]?.GetValue<string>() switch
        {
            "string" => "text",
            "array" => "list",
            "object" => "map",
            "boolean" => "`true` or `false`",
            "integer" => "number",
            var other => other ?? "any",
        },
    };
}
