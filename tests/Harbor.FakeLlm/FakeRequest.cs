using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Harbor.FakeLlm;

/// <summary>What the script has to know of a call, whatever its wire.</summary>
/// <param name="Text">Every text of the call but its tools.</param>
/// <param name="HasToolResult">The agent has run a command already.</param>
public sealed record FakeRequest(string Model, bool IsStreaming, string Text, ShellTool? Shell, bool HasToolResult, bool WantsUsage)
{
    public required int Bytes { get; init; }

    /// <summary>Of the whole call: ids in the answer are made of it.</summary>
    public required string Hash { get; init; }

    public static FakeRequest Read(JsonObject body, string raw, IEnumerable<(string Name, JsonNode? Schema)> tools, bool hasToolResult)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in body.Where(pair => pair.Key is not "tools"))
        {
            Collect(value, text);
        }

        var streams = body["stream"]?.GetValue<bool>() ?? false;
        var wantsUsage = (body["stream_options"] as JsonObject)?["include_usage"]?.GetValue<bool>() ?? false;
        return new FakeRequest($"{body["model"]}", streams, text.ToString(), ShellTool.Find(tools), hasToolResult, wantsUsage)
        {
            Bytes = Encoding.UTF8.GetByteCount(raw),
            Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(raw)))[..12],
        };
    }

    private static void Collect(JsonNode? node, StringBuilder text)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (_, value) in map)
                {
                    Collect(value, text);
                }

                break;
            case JsonArray list:
                foreach (var item in list)
                {
                    Collect(item, text);
                }

                break;
            case JsonValue value when value.TryGetValue<string>(out var found):
                text.Append(found).Append('\n');
                break;
            default:
                break;
        }
    }
}
