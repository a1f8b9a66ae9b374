using System.Text;
using System.Text.Json;

namespace Harbor.Frosting;

/// <summary>Keeps the document of a run until its end.</summary>
internal sealed partial class RunOutput
{
    private readonly List<Document> _documents = [];

    public void WriteDocument(string json, bool evenIfFailed)
    {
        lock (_gate)
        {
            _documents.Add(new Document(json, evenIfFailed));
        }
    }

    /// <summary>For a failed run that has no document of its own.</summary>
    public void AddIfNone(Func<string> json)
    {
        lock (_gate)
        {
            if (!_documents.Exists(document => document.EvenIfFailed))
            {
                _documents.Add(new Document(json(), EvenIfFailed: true));
            }
        }
    }

    public void PrintDocuments(bool failed)
    {
        lock (_gate)
        {
            foreach (var document in _documents)
            {
                if (!failed || document.EvenIfFailed)
                {
                    Print(_output, FilteredJson(document.Json) + '\n');
                }
            }
        }
    }

    /// <summary>
    /// Filters only the values, unescaped, so that a filter finds a secret that JSON escapes, and can't damage the document's structure.
    /// </summary>
    private string FilteredJson(string json)
    {
        using var document = JsonDocument.Parse(json);
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            Write(writer, document.RootElement);
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private void Write(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in value.EnumerateObject())
                {
                    writer.WritePropertyName(property.Name);
                    Write(writer, property.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(Filtered(value.GetString()!));
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    private sealed record Document(string Json, bool EvenIfFailed);
}
