using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Harbor.Tests.Descriptors;

/// <summary>Validates by the part of JSON Schema that <c>etc/harbor.schema.json</c> uses; an unknown keyword is an error, so that none is ignored.</summary>
internal sealed class JsonSchema(JsonObject root)
{
    private static readonly string[] Notes = ["description", "default", "examples", "title", "$schema", "$defs"];

    public static readonly string[] Combinators = ["allOf", "oneOf", "anyOf"];

    public JsonObject Root { get; } = root;

    public JsonObject Resolve(JsonNode schema) => schema is JsonObject { Count: 1 } o && o["$ref"] is { } reference
        ? Resolve(((string)reference!)["#/".Length..].Split('/').Aggregate((JsonNode)Root, (node, key) => node[key]!))
        : (JsonObject)schema;

    public bool Accepts(JsonNode? value, JsonNode? schema = null) => Resolve(schema ?? Root).All(keyword => Holds(keyword.Key, keyword.Value!, value, Resolve(schema ?? Root)));

    private bool Holds(string keyword, JsonNode rule, JsonNode? value, JsonObject schema) => keyword switch
    {
        _ when Notes.Contains(keyword) => true,
        "type" => (rule is JsonArray types ? types.Select(type => (string)type!) : [(string)rule!]).Any(type => type == TypeOf(value) || (type == "number" && TypeOf(value) == "integer")),
        "const" => JsonNode.DeepEquals(rule, value),
        "enum" => rule.AsArray().Any(word => JsonNode.DeepEquals(word, value)),
        "pattern" => TypeOf(value) != "string" || Regex.IsMatch((string)value!, (string)rule!),
        "minLength" => TypeOf(value) != "string" || ((string)value!).Length >= (int)rule!,
        "minimum" => TypeOf(value) != "integer" || (long)value! >= (long)rule!,
        "maximum" => TypeOf(value) != "integer" || (long)value! <= (long)rule!,
        "minItems" => value is not JsonArray array || array.Count >= (int)rule!,
        "items" => value is not JsonArray array || array.All(item => Accepts(item, rule)),
        "minProperties" => value is not JsonObject o || o.Count >= (int)rule!,
        "required" => value is not JsonObject o || rule.AsArray().All(key => o.ContainsKey((string)key!)),
        "properties" => value is not JsonObject o || o.All(property => rule[property.Key] is not { } sub || Accepts(property.Value, sub)),
        "propertyNames" => value is not JsonObject o || o.All(property => Accepts(property.Key, rule)),
        "additionalProperties" => value is not JsonObject o || o.All(property => schema["properties"]?[property.Key] is not null || (rule is JsonObject && Accepts(property.Value, rule))),
        "allOf" => rule.AsArray().All(sub => Accepts(value, sub)),
        "anyOf" => rule.AsArray().Any(sub => Accepts(value, sub)),
        "oneOf" => rule.AsArray().Count(sub => Accepts(value, sub)) == 1,
        _ => throw new NotSupportedException($"The keyword '{keyword}'."),
    };

    private static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null => "null",
        System.Text.Json.JsonValueKind.Object => "object",
        System.Text.Json.JsonValueKind.Array => "array",
        System.Text.Json.JsonValueKind.String => "string",
        System.Text.Json.JsonValueKind.Number => value.ToJsonString().All(c => char.IsAsciiDigit(c) || c == '-') ? "integer" : "number",
        _ => "boolean",
    };
}
