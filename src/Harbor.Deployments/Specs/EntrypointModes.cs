using System.Text.Json.Nodes;

namespace Harbor.Deployments;

/// <summary>How the entrypoint gets its request and gives its result.</summary>
public static class EntrypointModes
{
    /// <summary>Reads <c>/tmp/rollout.json</c>, writes <c>/tmp/result.json</c>.</summary>
    public const string File = "file";

    /// <summary>Standard input and standard output.</summary>
    public const string Stdio = "stdio";

    /// <summary>Serves <c>GET /health</c> and <c>POST /rollout</c>.</summary>
    public const string Http = "http";

    /// <summary>The mode that a request means: <c>command</c> is <c>stdio</c>, and <c>stdio</c> with <c>metadata.localapi: true</c> is
    /// <c>http</c> (both as public clients send them).</summary>
    /// <returns>Null if it is none of the three.</returns>
    public static string? Read(string? mode, JsonObject? metadata) => mode switch
    {
        "command" or Stdio => IsLocalApi(metadata) ? Http : Stdio,
        File or Http => mode,
        _ => null,
    };

    private static bool IsLocalApi(JsonObject? metadata) =>
        metadata is not null && metadata.TryGetPropertyValue("localapi", out var value) && value is JsonValue flag
            && flag.TryGetValue<bool>(out var isSet) && isSet;
}
