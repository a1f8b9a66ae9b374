using System.Text.Json.Nodes;

namespace Harbor.FakeLlm.Wires;

/// <summary><c>chat/completions</c></summary>
internal sealed class ChatWire : IWire
{
    public FakeRequest Read(JsonObject body, string raw) => FakeRequest.Read(body, raw,
        (body["tools"] as JsonArray ?? []).Select(tool => ($"{tool!["function"]?["name"]}", tool["function"]?["parameters"])),
        (body["messages"] as JsonArray ?? []).Any(message => $"{message!["role"]}" == "tool"));

    public JsonObject Whole(FakeRequest request, FakeTurn turn, FakeUsage? usage)
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = turn.Text };
        if (turn.Tool is not null)
        {
            message["tool_calls"] = new JsonArray(Call(request, turn));
        }

        var answer = Head(request, "chat.completion");
        answer["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["message"] = message, ["finish_reason"] = Reason(turn) });
        answer["usage"] = Usage(usage);
        return answer;
    }

    public IEnumerable<string> Events(FakeRequest request, FakeTurn turn, FakeUsage? usage)
    {
        yield return Chunk(request, new JsonObject { ["role"] = "assistant", ["content"] = "" }, null);
        if (turn.Tool is not null)
        {
            var call = Call(request, turn);
            call["index"] = 0;
            yield return Chunk(request, new JsonObject { ["tool_calls"] = new JsonArray(call) }, null);
        }
        else
        {
            yield return Chunk(request, new JsonObject { ["content"] = turn.Text }, null);
        }

        yield return Chunk(request, [], Reason(turn));
        if (request.WantsUsage && usage is not null)
        {
            var last = Head(request, "chat.completion.chunk");
            last["choices"] = new JsonArray();
            last["usage"] = Usage(usage);
            yield return $"data: {last.ToJsonString()}\n\n";
        }

        yield return "data: [DONE]\n\n";
    }

    private static JsonObject Call(FakeRequest request, FakeTurn turn) => new()
    {
        ["id"] = $"call_{request.Hash}",
        ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = turn.Tool!.Name, ["arguments"] = turn.Arguments },
    };

    private static string Chunk(FakeRequest request, JsonObject delta, string? reason)
    {
        var chunk = Head(request, "chat.completion.chunk");
        chunk["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = reason });
        return $"data: {chunk.ToJsonString()}\n\n";
    }

    private static string Reason(FakeTurn turn) => turn.Tool is null ? "stop" : "tool_calls";

    private static JsonObject Head(FakeRequest request, string kind) =>
        new() { ["id"] = $"chatcmpl-{request.Hash}", ["object"] = kind, ["created"] = 0, ["model"] = request.Model };

    private static JsonObject? Usage(FakeUsage? usage) => usage is null ? null : new JsonObject
    {
        ["prompt_tokens"] = usage.Input,
        ["completion_tokens"] = usage.Output,
        ["total_tokens"] = unchecked(usage.Input + usage.Output),
        ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = usage.Cached },
        ["completion_tokens_details"] = new JsonObject { ["reasoning_tokens"] = usage.Reasoning },
    };
}
