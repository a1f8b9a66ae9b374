using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace Harbor.Tests.Descriptors;

/// <summary><c>etc/harbor.schema.json</c>, as text and as JsonSchema.Net takes it.</summary>
internal sealed class DescriptorSchema(JsonObject root)
{
    public static readonly string[] Combinators = ["allOf", "oneOf", "anyOf"];
    private readonly Dictionary<JsonNode, JsonSchema> _schemas = [];

    public JsonObject Root { get; } = root;

    public JsonObject Resolve(JsonNode schema) => schema is JsonObject { Count: 1 } o && o["$ref"] is { } reference
        ? Resolve(((string)reference!)["#/".Length..].Split('/').Aggregate((JsonNode)Root, (node, key) => node[key]!))
        : (JsonObject)schema;

    /// <param name="part">Of <see cref="Root"/>; null: all of it.</param>
    public bool Accepts(JsonNode? value, JsonNode? part = null)
    {
        part ??= Root;
        if (!_schemas.TryGetValue(part, out var schema))
        {
            var standalone = (JsonObject)part.DeepClone();
            standalone["$schema"] = Root["$schema"]!.DeepClone();
            standalone["$defs"] = Root["$defs"]!.DeepClone();
            if (standalone.Remove("$ref", out var reference))
            {
                standalone["allOf"] = new JsonArray(new JsonObject { ["$ref"] = reference });
            }

            _schemas[part] = schema = JsonSchema.FromText(standalone.ToJsonString());
        }

        return schema.Evaluate(JsonSerializer.SerializeToElement(value)).IsValid;
    }
}
