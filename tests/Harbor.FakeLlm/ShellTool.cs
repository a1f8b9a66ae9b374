using System.Text.Json.Nodes;

namespace Harbor.FakeLlm;

/// <summary>The tool of a call that runs a command, by its parameters: names differ by agent and version.</summary>
public sealed record ShellTool(string Name, string Parameter, JsonObject Schema)
{
    private static readonly string[] Parameters = ["cmd", "command"];

    public static ShellTool? Find(IEnumerable<(string Name, JsonNode? Schema)> tools)
    {
        foreach (var (name, schema) in tools)
        {
            if (schema is JsonObject map && map["properties"] is JsonObject properties
                && Parameters.FirstOrDefault(properties.ContainsKey) is { } parameter)
            {
                return new ShellTool(name, parameter, map);
            }
        }

        return null;
    }

    /// <summary>Its arguments as JSON text; what else it requires is filled.</summary>
    public string Arguments(string command)
    {
        var properties = (JsonObject)Schema["properties"]!;
        var arguments = new JsonObject();
        foreach (var required in (Schema["required"] as JsonArray ?? []).Select(name => $"{name}"))
        {
            if (required != Parameter && TypeOf(properties[required]) == "string")
            {
                arguments[required] = "Writes the card";
            }
        }

        arguments[Parameter] = TypeOf(properties[Parameter]) == "array" ? new JsonArray("/bin/sh", "-c", command) : command;
        return arguments.ToJsonString();
    }

    private static string? TypeOf(JsonNode? schema) => (schema?["type"] as JsonValue)?.ToString();
}
