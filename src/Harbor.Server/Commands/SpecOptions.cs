using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Harbor.Deployments;

namespace Harbor.Server.Commands;

/// <summary>A build spec from <c>--spec FILE</c>, from one option per field, or both: the options win.</summary>
internal sealed class SpecOptions
{
    private readonly Option<string?> _spec = new("--spec") { Description = "Build spec, such as harbor.build.yaml", HelpName = "FILE" };
    private readonly Option<string?> _name = Text("--name", "Name of the deployment");
    private readonly Option<string?> _context = Text("--context-dir", "Folder that is packed", "DIR");
    private readonly Option<string?> _dockerfile = Text("--dockerfile-path", "In the context, else as given (default: Dockerfile)", "FILE");
    private readonly Option<string?> _description = Text("--description", "At most 2,000 characters");
    private readonly Option<string?> _entrypoint = Text("--entrypoint", "Run by /bin/sh -c for each rollout", "COMMAND");
    private readonly Option<string?> _mode = Text("--entrypoint-mode", "file, stdio or http", "MODE");
    private readonly Option<long?> _port = Number("--port", "For mode http");
    private readonly Option<string[]> _variables = Many("--env", "Variable in the sandbox, NAME=VALUE; may be repeated", "NAME=VALUE");
    private readonly Option<long?> _timeout = Number("--timeout-s", "Limit: seconds of a rollout");
    private readonly Option<long?> _cores = Number("--cpu-cores", "Limit: cores");
    private readonly Option<long?> _memory = Number("--memory-mb", "Limit: MiB of memory");
    private readonly Option<long?> _disk = Number("--disk-mb", "Limit: MiB that may be written");
    private readonly Option<string?> _metadata = Text("--metadata", "JSON object that stays with the deployment", "JSON");
    private readonly Option<string[]> _include = Many("--include", "Pack only what matches; may be repeated", "GLOB");
    private readonly Option<string[]> _exclude = Many("--exclude", "Do not pack this either; may be repeated", "GLOB");
    private readonly Option<string?> _network = Text("--network", "none, inference, allowlist or full");
    private readonly Option<string[]> _hosts = Many("--allowed-host", "For network allowlist; may be repeated", "HOST");
    private readonly Option<string?> _prepare = Text("--prepare-command", "Run once for each seed", "COMMAND");
    private readonly Option<string?> _verify = Text("--verify-command", "Run after the agent; writes the reward", "COMMAND");
    private readonly Option<string?> _verifyDir = Text("--verify-dir", "Folder of the context that only the verifier sees", "DIR");

    public IReadOnlyList<Option> All =>
    [
        _spec, _name, _context, _dockerfile, _description, _entrypoint, _mode, _port, _variables, _timeout, _cores, _memory, _disk,
        _metadata, _include, _exclude, _network, _hosts, _prepare, _verify, _verifyDir,
    ];

    /// <exception cref="UsageException">An option can't be read. The spec itself is not checked yet.</exception>
    public HarborBuildSpec Read(ParseResult given)
    {
        var basis = given.GetValue(_spec) is { } file
            ? SpecFile.Read(file)
            : new HarborBuildSpec { Name = "", ContextDir = ".", DockerfilePath = "Dockerfile" };
        return basis with
        {
            Name = given.GetValue(_name) ?? basis.Name,
            ContextDir = given.GetValue(_context) ?? basis.ContextDir,
            DockerfilePath = given.GetValue(_dockerfile) ?? basis.DockerfilePath,
            Description = given.GetValue(_description) ?? basis.Description,
            Entrypoint = given.GetValue(_entrypoint) ?? basis.Entrypoint,
            EntrypointMode = given.GetValue(_mode) ?? basis.EntrypointMode,
            Port = given.GetValue(_port) ?? basis.Port,
            EnvVars = Variables(basis.EnvVars, given.GetValue(_variables) ?? []),
            Limits = new HarborLimits
            {
                TimeoutS = given.GetValue(_timeout) ?? basis.Limits.TimeoutS,
                CpuCores = given.GetValue(_cores) ?? basis.Limits.CpuCores,
                MemoryMb = given.GetValue(_memory) ?? basis.Limits.MemoryMb,
                DiskMb = given.GetValue(_disk) ?? basis.Limits.DiskMb,
                Unknown = basis.Limits.Unknown,
            },
            Metadata = given.GetValue(_metadata) is { } json ? Object(json) : basis.Metadata,
            IncludeGlobs = given.GetValue(_include) is { Length: > 0 } include ? include : basis.IncludeGlobs,
            ExcludeGlobs = given.GetValue(_exclude) is { Length: > 0 } exclude ? [.. basis.ExcludeGlobs, .. exclude] : basis.ExcludeGlobs,
            Network = given.GetValue(_network) ?? basis.Network,
            AllowedHosts = given.GetValue(_hosts) is { Length: > 0 } hosts ? hosts : basis.AllowedHosts,
            PrepareCommand = given.GetValue(_prepare) ?? basis.PrepareCommand,
            VerifyCommand = given.GetValue(_verify) ?? basis.VerifyCommand,
            VerifyDir = given.GetValue(_verifyDir) ?? basis.VerifyDir,
        };
    }

    private static Dictionary<string, string> Variables(IReadOnlyDictionary<string, string> known, string[] more)
    {
        var all = known.ToDictionary();
        foreach (var text in more)
        {
            var parts = text.Split('=', 2);
            all[parts[0]] = parts.Length == 2 ? parts[1] : throw new UsageException($"--env expects NAME=VALUE (got '{parts[0]}').");
        }

        return all;
    }

    private static JsonObject Object(string json)
    {
        try
        {
            return JsonNode.Parse(json) as JsonObject ?? throw new UsageException("--metadata expects a JSON object.");
        }
        catch (JsonException error)
        {
            throw new UsageException($"--metadata is not JSON: {error.Message}");
        }
    }

    private static Option<string?> Text(string name, string description, string value = "TEXT") =>
        new(name) { Description = description, HelpName = value };

    private static Option<long?> Number(string name, string description) => new(name) { Description = description, HelpName = "N" };

    private static Option<string[]> Many(string name, string description, string value) =>
        new(name) { Description = description, HelpName = value };
}
