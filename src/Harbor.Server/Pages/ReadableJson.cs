using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Harbor.Server.Http;

namespace Harbor.Server.Pages;

/// <summary>JSON indented for people; what is none stays as it is.</summary>
internal static class ReadableJson
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // The page encodes it.
        TypeInfoResolver = ServerJson.Default,
    };

    public static string Of(string text)
    {
        try
        {
            return PlainText.Of(JsonNode.Parse(text)?.ToJsonString(Readable) ?? text);
        }
        catch (JsonException)
        {
            return PlainText.Of(text); // A stream's events, or cut.
        }
    }
}
