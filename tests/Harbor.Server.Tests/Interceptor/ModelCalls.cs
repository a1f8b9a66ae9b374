using System.Text.Json.Nodes;

namespace Harbor.Server.Tests.Interceptor;

/// <summary>Calls of models as agents send them, one for each wire.</summary>
internal static class ModelCalls
{
    public const string Prompt = "Implement the card `ScrapToss` in `src/cards/scrap_toss.rs`. The module is a stub.";

    public static string Body(string wire, bool stream = false, string text = Prompt, string model = "fake-1", bool done = false)
    {
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject { ["command"] = new JsonObject { ["type"] = "string" } },
            ["required"] = new JsonArray("command"),
        };
        var body = new JsonObject { ["model"] = model, ["stream"] = stream };
        var user = new JsonObject { ["role"] = "user", ["content"] = text };
        switch (wire)
        {
            case "chat/completions":
                body["messages"] = done ? new JsonArray(user, new JsonObject { ["role"] = "tool", ["content"] = "ok" })
                    : new JsonArray(user);
                body["tools"] = new JsonArray(new JsonObject
                {
                    ["type"] = "function",
                    ["function"] = new JsonObject { ["name"] = "bash", ["parameters"] = schema },
                });
                break;
            case "responses":
                body["input"] = done ? new JsonArray(user, new JsonObject { ["type"] = "function_call_output", ["output"] = "ok" })
                    : new JsonArray(user);
                body["tools"] = new JsonArray(new JsonObject { ["type"] = "function", ["name"] = "shell", ["parameters"] = schema });
                break;
            default:
                body["max_tokens"] = 100;
                body["messages"] = done
                    ? new JsonArray(user, new JsonObject
                    {
                        ["role"] = "user",
                        ["content"] = new JsonArray(new JsonObject { ["type"] = "tool_result", ["content"] = "ok" }),
                    }) : new JsonArray(user);
                body["tools"] = new JsonArray(new JsonObject { ["name"] = "Bash", ["input_schema"] = schema });
                break;
        }

        return body.ToJsonString();
    }
}
