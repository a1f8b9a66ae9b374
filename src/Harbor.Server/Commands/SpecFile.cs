using System.Text.Json;
using System.Text.Json.Nodes;
using Harbor.Deployments;
using Harbor.Descriptors.Reading;
using Harbor.Yaml;

namespace Harbor.Server.Commands;

/// <summary>A build spec as YAML (<c>harbor.build.yaml</c>): the keys of the create request, and those that are only for packing.</summary>
internal static class SpecFile
{
    private static readonly string[] TextKeys =
    [
        "name", "dockerfile_path", "context_dir", "description", "entrypoint", "entrypoint_mode", "network", "prepare_command",
        "verify_command", "verify_dir", "verify_network",
    ];

    /// <summary>Its relative folder is in the folder of the file; without one, it is that folder.</summary>
    /// <exception cref="UsageException">Has every unknown key and wrong value with its line and column.</exception>
    public static HarborBuildSpec Read(string path)
    {
        var problems = new ProblemList();
        HarborBuildSpec? spec = null;
        try
        {
            var root = YamlTree.Parse(YamlText.Read(path, path), path, problems);
            spec = Fields.Read(root, "the build spec", problems, fields => Spec(fields, Path.GetDirectoryName(Path.GetFullPath(path))!));
        }
        catch (InvalidStackException error)
        {
            throw new UsageException(error.Message);
        }

        return problems.All().ToList() is { Count: > 0 } found ? throw new UsageException(string.Join('\n', found)) : spec!;
    }

    private static HarborBuildSpec Spec(Fields fields, string folder)
    {
        var texts = TextKeys.ToDictionary(key => key, key => fields.ReadText(key));
        var plain = new HarborBuildSpec { Name = "", ContextDir = folder, DockerfilePath = "Dockerfile" };
        return plain with
        {
            Name = texts["name"] ?? "",
            DockerfilePath = texts["dockerfile_path"] ?? plain.DockerfilePath,
            ContextDir = Path.Combine(folder, texts["context_dir"] ?? ""),
            Description = texts["description"],
            Entrypoint = texts["entrypoint"] ?? plain.Entrypoint,
            EntrypointMode = texts["entrypoint_mode"] ?? plain.EntrypointMode,
            Port = fields.ReadNumber("port", 1, 65535) ?? plain.Port,
            EnvVars = fields.ReadTextMap("env_vars", _ => null) ?? plain.EnvVars,
            Limits = fields.ReadMap("limits", Limits) ?? plain.Limits,
            Metadata = fields.ReadMap("metadata", Object) ?? plain.Metadata,
            IncludeGlobs = fields.ReadTexts("include_globs") ?? plain.IncludeGlobs,
            ExcludeGlobs = fields.ReadTexts("exclude_globs") ?? plain.ExcludeGlobs,
            Network = texts["network"] ?? plain.Network,
            AllowedHosts = fields.ReadTexts("allowed_hosts") ?? plain.AllowedHosts,
            PrepareCommand = texts["prepare_command"],
            VerifyCommand = texts["verify_command"],
            VerifyDir = texts["verify_dir"],
            VerifyTimeoutS = fields.ReadNumber("verify_timeout_s", 1, 3600),
            VerifyNetwork = texts["verify_network"],
        };
    }

    /// <summary>The ranges are the spec's own rules; here only that they are numbers.</summary>
    private static HarborLimits Limits(Fields fields)
    {
        var plain = new HarborLimits();
        return new HarborLimits
        {
            TimeoutS = fields.ReadNumber("timeout_s", 0, int.MaxValue) ?? plain.TimeoutS,
            CpuCores = fields.ReadNumber("cpu_cores", 0, int.MaxValue) ?? plain.CpuCores,
            MemoryMb = fields.ReadNumber("memory_mb", 0, int.MaxValue) ?? plain.MemoryMb,
            DiskMb = fields.ReadNumber("disk_mb", 0, int.MaxValue) ?? plain.DiskMb,
        };
    }

    private static JsonObject Object(Fields fields)
    {
        fields.AcceptAnything();
        return Object(fields.Entries, fields);
    }

    private static JsonObject Object(IEnumerable<KeyValuePair<YamlScalar, YamlNode>> entries, Fields fields)
    {
        var result = new JsonObject();
        foreach (var (key, value) in entries)
        {
            result[key.Value] = Json(value, fields);
        }

        return result;
    }

    private static JsonNode? Json(YamlNode node, Fields fields)
    {
        switch (node)
        {
            case YamlMap map:
                return Object(map.Members(), fields);
            case YamlList list:
                return new JsonArray([.. list.Items.Select(item => Json(item, fields))]);
            case YamlScalar { Kind: ScalarKind.Text } text:
                return JsonValue.Create(text.Value);
            default:
                return Plain((YamlScalar)node, fields);
        }
    }

    /// <summary>YAML's numbers may be written in ways that JSON's may not (<c>+1</c>, <c>.5</c>).</summary>
    private static JsonNode? Plain(YamlScalar scalar, Fields fields)
    {
        try
        {
            return JsonNode.Parse(scalar.Kind == ScalarKind.Null ? "null" : scalar.Value);
        }
        catch (JsonException)
        {
            fields.AddProblem(scalar.At, $"'{Excerpt.Of(scalar.Value)}' is not a number of JSON; write it in quotes or plainly.");
            return null;
        }
    }
}
