using System.Text.Json.Nodes;

namespace Harbor.FakeLlm.Wires;

/// <summary><c>responses</c></summary>
internal sealed class ResponsesWire : IWire
{
    public FakeRequest Read(JsonObject body, string raw) => FakeRequest.Read(body, raw,
        (body["tools"] as JsonArray ?? []).Where(tool => $"{tool!["type"]}" == "function")
            .Select(tool => ($"{tool!["name"]}", tool["parameters"])),
        (body["input"] as JsonArray ?? []).Any(item => item is JsonObject map && $"{map["type"]}" == "function_call_output"));

    public JsonObject Whole(FakeRequest request, FakeTurn turn, FakeUsage? usage) => new()
    {
        ["id"] = $"resp_{request.Hash}",
        ["object"] = "response",
        ["created_at"] = 0,
        ["status"] = "completed",
        ["model"] = request.Model,
        ["output"] = new JsonArray(Item(request, turn)),
        ["usage"] = usage is null ? null : new JsonObject
        {
            ["input_tokens"] = usage.Input,
            ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = usage.Cached },
            ["output_tokens"] = usage.Output,
            ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = usage.Reasoning },
            ["total_tokens"] = unchecked(usage.Input + usage.Output),
        },
    };

    public IEnumerable<string> Events(FakeRequest request, FakeTurn turn, FakeUsage? usage)
    {
        var whole = Whole(request, turn, usage);
        var begun = (JsonObject)whole.DeepClone();
        (begun["status"], begun["output"], begun["usage"]) = ("in_progress", new JsonArray(), null);
        yield return Event("response.created", new JsonObject { ["response"] = begun });
        var item = Item(request, turn);
        yield return Event("response.output_item.added", new JsonObject { ["output_index"] = 0, ["item"] = item.DeepClone() });
        if (turn.Text is not null)
        {
            yield return Event("response.output_text.delta", new JsonObject
            {
                ["item_id"] = $"item_{request.Hash}",
                ["output_index"] = 0,
                ["content_index"] = 0,
                ["delta"] = turn.Text,
            });
        }

        yield return Event("response.output_item.done", new JsonObject { ["output_index"] = 0, ["item"] = item });
        yield return Event("response.completed", new JsonObject { ["response"] = whole });
    }

    private static JsonObject Item(FakeRequest request, FakeTurn turn) => turn.Tool is { } tool
        ? new JsonObject
        {
            ["id"] = $"item_{request.Hash}",
            ["type"] = "function_call",
            ["status"] = "completed",
            ["call_id"] = $"call_{request.Hash}",
            ["name"] = tool.Name,
            ["arguments"] = turn.Arguments,
        }
        : new JsonObject
        {
            ["id"] = $"item_{request.Hash}",
            ["type"] = "message",
            ["status"] = "completed",
            ["role"] = "assistant",
            ["content"] = new JsonArray(
                new JsonObject { ["type"] = "output_text", ["text"] = turn.Text, ["annotations"] = new JsonArray() }),
        };

    private static string Event(string type, JsonObject data)
    {
        data.Insert(0, "type", type);
        return $"event: {type}\ndata: {data.ToJsonString()}\n\n";
    }
}
