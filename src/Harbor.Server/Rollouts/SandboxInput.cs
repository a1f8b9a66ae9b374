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
    private const UnixFileMode Everybody = (UnixFileMode)0x1FF; // 0777

    /// <summary>Carries the document to the shell that makes the file of it.</summary>
    public const string Variable = "HARBOR_ROLLOUT_DOCUMENT";

    public const string Artifacts = "/logs/artifacts";

    /// <summary>Linux takes 128 KiB in one variable.</summary>
    private const int MostInVariable = 100_000;

    /// <summary>
    /// Makes the file and the folders as <see cref="Tar"/> does: a copy into a container costs 60 ms on engine 20.10, which starts
    /// itself once more for it. The artifacts' folder is as old as can be: whoever finds it so need not copy it out.
    /// </summary>
    private const string Lay = $$"""
        (
          umask 0; PATH=$PATH:/usr/bin:/bin
          [ -d {{Artifacts}} ]; isThere=$?
          mkdir -p /tmp /logs/agent {{Artifacts}} /logs/verifier
          [ $isThere = 0 ] || touch -d @0 {{Artifacts}} 2>/dev/null
          chmod 1777 /tmp; chmod 777 /logs /logs/agent {{Artifacts}} /logs/verifier
        )
        printf %s "${{Variable}}" > {{File}}; unset {{Variable}}

        """;

    /// <summary>A file, not a pipe: it is there after a restart of the server too.</summary>
    private const string FromFile = $"exec /bin/sh -c \"$0\" < {File}";

    /// <summary>A longer one is copied in, as for an image whose user is not root: that one may not make the folders.</summary>
    public static bool FitsVariable(string document) => Encoding.UTF8.GetByteCount(document) <= MostInVariable;

    /// <param name="laysFile">The document is in <see cref="Variable"/>; else the file is there already.</param>
    public static string? Wrapper(bool laysFile, bool isStandardInput) => (laysFile, isStandardInput) switch
    {
        (true, true) => Lay + FromFile,
        (true, false) => Lay + "exec /bin/sh -c \"$0\"",
        (false, true) => FromFile,
        _ => null,
    };

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

    /// <summary>Folders that everybody may write to, as a tar for <c>/</c>.</summary>
    public static MemoryStream Folders(IEnumerable<string> folders)
    {
        var output = new MemoryStream();
        using (var tar = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var folder in folders)
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.Directory, folder.TrimStart('/')) { Mode = Everybody });
            }
        }

        output.Position = 0;
        return output;
    }

    /// <summary>The file, and the folders that every sandbox has, as a tar for <c>/</c>.</summary>
    public static MemoryStream Tar(string document)
    {
        var output = new MemoryStream();
        using (var tar = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true))
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.Directory, "tmp") { Mode = Everybody | UnixFileMode.StickyBit });
            foreach (var folder in new[] { "logs", "logs/agent", "logs/artifacts", "logs/verifier" })
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.Directory, folder)
                {
                    Mode = Everybody,
                    ModificationTime = DateTimeOffset.UnixEpoch,
                });
            }

            using var text = new MemoryStream(Encoding.UTF8.GetBytes(document));
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
