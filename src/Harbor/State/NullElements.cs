using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Harbor.State;

/// <summary>Lists and maps of the saved state never hold null. The serializer checks properties only.</summary>
internal static class NullElements
{
    /// <param name="json">Has been read as the type before, so its shape is right.</param>
    /// <exception cref="JsonException">With the path of the first one.</exception>
    public static void ThrowIfAny(JsonElement json, JsonTypeInfo type, string path = "$")
    {
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Enumerable:
                var index = 0;
                foreach (var element in json.EnumerateArray())
                {
                    ThrowIfNull(element, type, $"{path}[{index++}]");
                }

                break;
            case JsonTypeInfoKind.Dictionary:
                foreach (var entry in json.EnumerateObject())
                {
                    ThrowIfNull(entry.Value, type, $"{path}['{entry.Name}']");
                }

                break;
            case JsonTypeInfoKind.Object:
                foreach (var property in type.Properties)
                {
                    if (json.TryGetProperty(property.Name, out var value) && value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
                    {
                        ThrowIfAny(value, type.Options.GetTypeInfo(property.PropertyType), $"{path}.{property.Name}");
                    }
                }

                break;
        }
    }

    private static void ThrowIfNull(JsonElement element, JsonTypeInfo collection, string path)
    {
        if (element.ValueKind == JsonValueKind.Null)
        {
            throw new JsonException($"{path} is null.");
        }

        ThrowIfAny(element, collection.Options.GetTypeInfo(collection.ElementType!), path);
    }
}
