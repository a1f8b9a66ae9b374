using System.Buffers;
using System.Text.Json;

namespace Harbor.Hashing;

/// <summary>The same bytes for the same value: no blanks, members sorted by name.</summary>
internal static class CanonicalJson
{
    /// <param name="without">Members of the outermost object that are left out.</param>
    public static ReadOnlyMemory<byte> Of(JsonElement json, params string[] without)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(json, writer, without);
        }

        return buffer.WrittenMemory;
    }

    private static void Write(JsonElement json, Utf8JsonWriter writer, string[] without)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in json.EnumerateObject().Where(member => !without.Contains(member.Name))
                    .OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(member.Name);
                    Write(member.Value, writer, []);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in json.EnumerateArray())
                {
                    Write(item, writer, []);
                }

                writer.WriteEndArray();
                break;
            default:
                json.WriteTo(writer);
                break;
        }
    }
}
