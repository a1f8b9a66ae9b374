using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Harbor.Deployments;
using Harbor.Server.Http;
using Harbor.Server.Keys;

namespace Harbor.Server.Deployments;

/// <summary>The parts of a spec as the table holds them, and the digest over all of it.</summary>
internal static class SpecText
{
    public static byte[] Seal(SecretBox box, IReadOnlyDictionary<string, string> variables) =>
        box.Seal(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>(variables), ServerJson.Default.DictionaryStringString));

    public static Dictionary<string, string> Open(SecretBox box, Deployment deployment) => deployment.EnvVars.Length == 0 ? []
        : JsonSerializer.Deserialize(box.Open(deployment.EnvVars), ServerJson.Default.DictionaryStringString) ?? [];

    public static string Names(IReadOnlyDictionary<string, string> variables) =>
        string.Join(',', variables.Keys.Order(StringComparer.Ordinal));

    public static string Hosts(IReadOnlyList<string>? hosts) => hosts is null ? "" : string.Join(',', hosts);

    public static IReadOnlyList<string> List(string text) => text.Length == 0 ? [] : text.Split(',');

    public static JsonObject Object(string json) => JsonNode.Parse(json)?.AsObject() ?? [];

    /// <summary>Keyed, since variables are part of it.</summary>
    public static string Digest(SecretBox box, Deployment spec, IReadOnlyDictionary<string, string> variables)
    {
        var text = new StringBuilder();
        foreach (var part in (string?[])
        [
            spec.Description, spec.Dockerfile, spec.ContextDigest, spec.Entrypoint, spec.EntrypointMode, $"{spec.Port}", $"{spec.TimeoutS}",
            $"{spec.CpuCores}", $"{spec.MemoryMb}", $"{spec.DiskMb}", Sorted(JsonNode.Parse(spec.Metadata))?.ToJsonString(), spec.Network,
            spec.AllowedHosts, spec.PrepareCommand, spec.VerifyCommand, spec.VerifyDir, $"{spec.VerifyTimeoutS}", spec.VerifyNetwork,
            .. variables.OrderBy(pair => pair.Key, StringComparer.Ordinal).SelectMany(pair => (string[])[pair.Key, pair.Value]),
        ])
        {
            text.Append(part?.Length ?? -1).Append(':').Append(part).Append('\n');
        }

        return box.Digest(Encoding.UTF8.GetBytes(text.ToString()));
    }

    public static HarborLimits Limits(Deployment deployment) => new()
    {
        TimeoutS = deployment.TimeoutS,
        CpuCores = deployment.CpuCores,
        MemoryMb = deployment.MemoryMb,
        DiskMb = deployment.DiskMb,
    };

    /// <summary>The order of keys means nothing.</summary>
    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => KeyValuePair.Create(pair.Key, Sorted(pair.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
