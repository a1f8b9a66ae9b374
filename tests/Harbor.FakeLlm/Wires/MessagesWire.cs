using System.Text.Json.Nodes;

namespace Harbor.FakeLlm.Wires;

/// <summary><c>messages</c></summary>
internal sealed class MessagesWire : IWire
{
    public FakeRequest Read(JsonObject body, string raw) => FakeRequest.Read(body, raw,
        (body["tools"] as JsonArray ?? []).Select(tool => ($"{tool!["name"]}", tool["input_schema"])),
        (body["messages"] as JsonArray ?? []).Any(message => message!["content"] is JsonArray parts
            && parts.Any(part => part is JsonObject map && $"{map["type"]}" == "tool_result")));

    public JsonObject Whole(FakeRequest request, FakeTurn turn, FakeUsage? usage) =>
        Message(request, new JsonArray(Block(request, turn, isWhole: true)), Reason(turn), Usage(usage, usage?.Output));

    public IEnumerable<string> Events(FakeRequest request, FakeTurn turn, FakeUsage? usage)
    {
        yield return Event("message_start", new JsonObject { ["message"] = Message(request, [], null, Usage(usage, 1)) });
        yield return Event("content_block_start",
            new JsonObject { ["index"] = 0, ["content_block"] = Block(request, turn, isWhole: false) });
        yield return Event("content_block_delta", new JsonObject
        {
            ["index"] = 0,
            ["delta"] = turn.Tool is null ? new JsonObject { ["type"] = "text_delta", ["text"] = turn.Text }
                : new JsonObject { ["type"] = "input_json_delta", ["partial_json"] = turn.Arguments },
        });
        yield return Event("content_block_stop", new JsonObject { ["index"] = 0 });
        yield return Event("message_delta", new JsonObject
        {
            ["delta"] = new JsonObject { ["stop_reason"] = Reason(turn), ["stop_sequence"] = null },
            ["usage"] = usage is null ? null : new JsonObject { ["output_tokens"] = usage.Output },
        });
        yield return Event("message_stop", []);
    }

    private static JsonObject Message(FakeRequest request, JsonArray content, string? reason, JsonObject? usage) => new()
    {
        ["id"] = $"msg_{request.Hash}",
        ["type"] = "message",
        ["role"] = "assistant",
        ["model"] = request.Model,
        ["content"] = content,
        ["stop_reason"] = reason,
        ["stop_sequence"] = null,
        ["usage"] = usage,
    };

    private static JsonObject Block(FakeRequest request, FakeTurn turn, bool isWhole) => turn.Tool is { } tool
        ? new JsonObject
        {
            ["type"] = "tool_use",
            ["id"] = $"toolu_{request.Hash}",
            ["name"] = tool.Name,
            ["input"] = isWhole ? JsonNode.Parse(turn.Arguments!) : new JsonObject(),
        }
        : new JsonObject { ["type"] = "text", ["text"] = isWhole ? turn.Text : "" };

    private static string Reason(FakeTurn turn) => turn.Tool is null ? "end_turn" : "tool_use";

    /// <summary>On this wire the cached tokens are beside the input, not in it.</summary>
    private static JsonObject? Usage(FakeUsage? usage, long? output) => usage is null ? null : new JsonObject
    {
        ["input_tokens"] = usage.Input - usage.Cached,
        ["cache_read_input_tokens"] = usage.Cached,
        ["cache_creation_input_tokens"] = 0,
        ["output_tokens"] = output,
    };

    private static string Event(string type, JsonObject data)
    {
        data.Insert(0, "type", type);
        return $"event: {type}\ndata: {data.ToJsonString()}\n\n";
    }
}
