using System.Text.Json.Nodes;
using Harbor.Server.Rollouts;

namespace Harbor.Server.Interceptor;

/// <summary>What a rollout's request says of models: <c>policy.config</c>, or in the older shape <c>params</c>.</summary>
internal static class RolloutPolicy
{
    public static JsonObject Of(Rollout rollout)
    {
        var request = JsonNode.Parse(rollout.Request) as JsonObject;
        return (request?["policy"] as JsonObject)?["config"] as JsonObject ?? request?["params"] as JsonObject ?? [];
    }
}
