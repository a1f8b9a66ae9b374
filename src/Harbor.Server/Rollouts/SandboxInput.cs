using System.Formats.Tar;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Harbor.Deployments;
using Harbor.Deployments.Wire;

namespace Harbor.Server.Rollouts;

/// <summary>What the program in the sandbox gets: the file <c>/tmp/rollout.json</c>, which is standard input too, or the task app's
/// body.</summary>
internal static class SandboxInput
{
    public const string File = "/tmp/rollout.json";

    public static JsonObject Document(Rollout rollout)
    {
        var request = JsonSerializer.Deserialize(rollout.Request, HarborJson.Default.RolloutRequest) ?? new RolloutRequest();
        var template = (JsonObject?)request.PromptTemplate?.DeepClone() ?? [];
        if (request.ContextOverrides is { Count: > 0 } overrides)
        {
            template["context_overrides"] = new JsonArray([.. overrides.Select(item => JsonNode.Parse(item.GetRawText()))]);
        }

        var parameters = (JsonObject?)request.Policy?.Config.DeepClone() ?? [];
        foreach (var (name, value) in request.Params ?? [])
        {
            parameters[name] = value?.DeepClone();
        }

        parameters.Remove("inference_url");
        var document = new JsonObject
        {
            ["trace_correlation_id"] = rollout.TraceCorrelationId,
            ["seed"] = rollout.Seed,
            ["prompt_template"] = template,
            ["inference_url"] = InferenceUrl.Inside(rollout.Id, rollout.TraceCorrelationId),
            ["limits"] = new JsonObject { ["timeout_s"] = rollout.TimeoutS },
            ["params"] = parameters,
        };
        if (request.Env is { } env)
        {
            document["env"] = new JsonObject { ["env_name"] = env.EnvName, ["config"] = env.Config.DeepClone() };
        }

        foreach (var (name, value) in request.Other ?? new Dictionary<string, JsonElement>())
        {
            document.TryAdd(name, JsonNode.Parse(value.GetRawText()));
        }

        return document;
    }

    /// <summary>For the mode <c>http</c>: the body of a task app's <c>POST /rollout</c>.</summary>
    public static JsonObject TaskAppBody(Rollout rollout)
    {
        var body = JsonNode.Parse(rollout.Request)?.AsObject() ?? [];
        var document = Document(rollout);
        var policy = body["policy"] as JsonObject ?? [];
        policy["config"] = document["params"]?.DeepClone();
        ((JsonObject)policy["config"]!)["inference_url"] = document["inference_url"]?.DeepClone();
        body["policy"] = policy.Parent is null ? policy : policy.DeepClone();
        var env = body["env"] as JsonObject ?? [];
        env["seed"] = rollout.Seed;
        body["env"] = env.Parent is null ? env : env.DeepClone();
        body["trace_correlation_id"] = rollout.TraceCorrelationId;
        return body;
    }

    /// <summary>The file, and the folders that every sandbox has, as a tar for <c>/</c>.</summary>
    public static MemoryStream Tar(JsonObject document)
    {
        const UnixFileMode everybody = (UnixFileMode)0x1FF; // 0777
        var output = new MemoryStream();
        using (var tar = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true))
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.Directory, "tmp") { Mode = everybody | UnixFileMode.StickyBit });
            foreach (var folder in new[] { "logs", "logs/agent", "logs/artifacts", "logs/verifier" })
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.Directory, folder) { Mode = everybody });
            }

            using var text = new MemoryStream(Encoding.UTF8.GetBytes(document.ToJsonString()));
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, File[1..])
            {
                DataStream = text,
                Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
            });
        }

        output.Position = 0;
        return output;
    }
}
