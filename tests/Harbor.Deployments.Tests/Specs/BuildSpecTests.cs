using System.Text.Json;
using System.Text.Json.Nodes;
using Harbor.Deployments.Wire;
using Harbor.Tests;

namespace Harbor.Deployments.Tests.Specs;

/// <summary>Each rule of part 2 of the contract with its exact text.</summary>
public sealed class BuildSpecTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public BuildSpecTests() => _folder.Write("Dockerfile", "FROM scratch\n");

    public void Dispose() => _folder.Dispose();

    private HarborBuildSpec Sound => new() { Name = "engine-bench-v1", ContextDir = _folder.Path, DockerfilePath = "Dockerfile" };

    [Fact]
    public void The_defaults_are_those_of_the_public_SDK()
    {
        Assert.Empty(Sound.Validate());
        Assert.Equal((300, 2, 4096, 10240), (Sound.Limits.TimeoutS, Sound.Limits.CpuCores, Sound.Limits.MemoryMb, Sound.Limits.DiskMb));
        Assert.Equal("run_rollout --input /tmp/rollout.json --output /tmp/result.json", Sound.Entrypoint);
        Assert.Equal(("file", "inference", 8000), (Sound.EntrypointMode, Sound.Network, Sound.Port));
    }

    [Theory]
    [InlineData("", "name must be 1-128 characters")]
    [InlineData(129, "name must be 1-128 characters")]
    [InlineData("a b", "name may hold letters, digits, '.', '_', '-' and must not look like a UUID")]
    [InlineData("-a", "name may hold letters, digits, '.', '_', '-' and must not look like a UUID")]
    [InlineData("ä", "name may hold letters, digits, '.', '_', '-' and must not look like a UUID")]
    [InlineData("a\n", "name may hold letters, digits, '.', '_', '-' and must not look like a UUID")]
    [InlineData("0190a8c4-1f5e-7c3a-9b1d-2f6e8a4c0d11", "name may hold letters, digits, '.', '_', '-' and must not look like a UUID")]
    [InlineData("0190A8C41F5E7C3A9B1D2F6E8A4C0D11", "name may hold letters, digits, '.', '_', '-' and must not look like a UUID")]
    [InlineData("A", null)]
    [InlineData(128, null)]
    [InlineData("1._-", null)]
    public void Names(object name, string? error) =>
        AssertErrors(Sound with { Name = name as string ?? new string('a', (int)name) }, error);

    [Fact]
    public void The_Dockerfile_is_looked_up_in_the_context_then_as_given()
    {
        using var outside = new TemporaryFolder();
        var other = outside.Write("other", "FROM other\n");

        Assert.Equal(Path.Combine(_folder.Path, "Dockerfile"), Sound.FindDockerfile());
        Assert.Equal(other, (Sound with { DockerfilePath = other }).FindDockerfile());
        AssertErrors(Sound with { DockerfilePath = "none" }, $"Dockerfile not found: none (also checked: {_folder["none"]})");
        AssertErrors(Sound with { DockerfilePath = "" }, $"Dockerfile not found:  (also checked: {_folder.Path})");
    }

    [Fact]
    public void The_context_must_be_a_folder()
    {
        var file = _folder["Dockerfile"];

        AssertErrors(Sound with { ContextDir = _folder["none"], DockerfilePath = file }, $"Context directory not found: {_folder["none"]}");
        AssertErrors(Sound with { ContextDir = file, DockerfilePath = file }, $"context_dir must be a directory: {file}");
    }

    [Theory]
    [InlineData("", "file", null, "entrypoint must not be empty")]
    [InlineData(" ", "file", null, "entrypoint must not be empty")]
    [InlineData("x", "File", null, "entrypoint_mode must be 'file', 'stdio' or 'http'")]
    [InlineData("x", "", null, "entrypoint_mode must be 'file', 'stdio' or 'http'")]
    [InlineData("x", "command", null, null)]
    [InlineData("x", "stdio", null, null)]
    [InlineData("x", "http", null, null)]
    [InlineData("x", "http", "none", "http mode needs a network")]
    [InlineData("x", "file", "none", null)]
    [InlineData("x", "file", "open", "network must be one of none, inference, allowlist, full (got 'open')")]
    public void Entrypoints(string entrypoint, string mode, string? network, string? error) =>
        AssertErrors(Sound with { Entrypoint = entrypoint, EntrypointMode = mode, Network = network ?? "inference" }, error);

    [Fact]
    public void Stdio_with_the_public_flag_is_http()
    {
        var spec = Sound with { EntrypointMode = "stdio", Metadata = new() { ["localapi"] = true }, Network = "none" };

        AssertErrors(spec, "http mode needs a network");
        Assert.Equal("http", EntrypointModes.Read("stdio", new() { ["localapi"] = true }));
        Assert.Equal("stdio", EntrypointModes.Read("command", new() { ["localapi"] = "true" }));
        Assert.Equal("file", EntrypointModes.Read("file", new() { ["localapi"] = true }));
        Assert.Null(EntrypointModes.Read(null, null));
    }

    [Theory]
    [InlineData("OPENAI_API_KEY")]
    [InlineData("my_openai_api_key_2")]
    [InlineData("ANTHROPIC_API_KEY")]
    [InlineData("AZURE_OPENAI_API_KEY")]
    [InlineData("GOOGLE_API_KEY")]
    [InlineData("COHERE_API_KEY")]
    [InlineData("HUGGINGFACE_API_KEY")]
    [InlineData("SYNTH_API_KEY")]
    [InlineData("X_HARBOR_API_KEY")]
    [InlineData("Harbor_Llm_Key")]
    public void Llm_keys_are_refused_by_name(string name) => AssertErrors(With(name, "x"),
        $"env_vars cannot contain LLM API keys (found: {name}). API keys are injected automatically via the interceptor.");

    [Fact]
    public void Variables_need_proper_names_and_short_values()
    {
        AssertErrors(With("1A", "x"), "env_vars names must match [A-Za-z_][A-Za-z0-9_]* (found: 1A)");
        AssertErrors(With("A=B", "x"), "env_vars names must match [A-Za-z_][A-Za-z0-9_]* (found: A=B)");
        AssertErrors(With("A", new string('x', 32769)), "env_vars values must be text of at most 32 KiB without NUL (variable: A)");
        AssertErrors(With("A", "x\0"), "env_vars values must be text of at most 32 KiB without NUL (variable: A)");
        AssertErrors(With("_a1", new string('x', 32768)));
    }

    [Theory]
    [InlineData(29, 2, 4096, 10240, "timeout_s must be 30-3600 (got 29)")]
    [InlineData(3601, 2, 4096, 10240, "timeout_s must be 30-3600 (got 3601)")]
    [InlineData(30, 0, 4096, 10240, "cpu_cores must be 1-8 (got 0)")]
    [InlineData(30, 9, 4096, 10240, "cpu_cores must be 1-8 (got 9)")]
    [InlineData(30, 1, 511, 10240, "memory_mb must be 512-32768 (got 511)")]
    [InlineData(30, 1, 99999999999, 10240, "memory_mb must be 512-32768 (got 99999999999)")]
    [InlineData(30, 1, 512, 1023, "disk_mb must be 1024-102400 (got 1023)")]
    [InlineData(30, 1, 512, 102401, "disk_mb must be 1024-102400 (got 102401)")]
    [InlineData(30, 1, 512, 1024, null)]
    [InlineData(3600, 8, 32768, 102400, null)]
    public void Limits(long timeout, long cores, long memory, long disk, string? error) => AssertErrors(
        Sound with { Limits = new() { TimeoutS = timeout, CpuCores = cores, MemoryMb = memory, DiskMb = disk } }, error);

    [Fact]
    public void An_unknown_limit_is_named_with_the_known_ones()
    {
        var limits = JsonSerializer.Deserialize("""{"gpu": 1, "timeout_s": 60}""", HarborJson.Default.HarborLimits)!;

        AssertErrors(Sound with { Limits = limits }, "unknown limit 'gpu'; known are timeout_s, cpu_cores, memory_mb, disk_mb");
        Assert.Equal((60, 2), (limits.TimeoutS, limits.CpuCores)); // What is absent keeps its default.
    }

    [Fact]
    public void Texts_and_metadata_have_a_size()
    {
        AssertErrors(Sound with { Description = new string('x', 2001) }, "description must be at most 2,000 characters (got 2001)");
        AssertErrors(
            Sound with { Metadata = new() { ["x"] = new string('x', 65536) } },
            "metadata must be at most 64 KiB as JSON (got 65544 bytes)");
        AssertErrors(Sound with { Description = new string('x', 2000), Metadata = new() { ["x"] = new string('x', 65000) } });
    }

    [Fact]
    public void Hidden_tests_need_a_command_and_a_folder_of_the_context()
    {
        AssertErrors(Sound with { VerifyDir = "none", VerifyCommand = "x" }, $"verify_dir not found: {_folder["none"]}");
        AssertErrors(
            Sound with { VerifyDir = "../x" }, "verify_dir needs a verify_command",
            "verify_dir must be a folder in the context, relative to it (got '../x')", $"verify_dir not found: {_folder["../x"]}");
    }

    [Fact]
    public void Allowed_hosts_are_names_for_the_allowlist()
    {
        AssertErrors(Sound with { AllowedHosts = ["a.example"] }, "allowed_hosts needs network 'allowlist'");
        AssertErrors(
            Sound with { Network = "allowlist", AllowedHosts = ["*.b.example", "http://x", "*", "a.*"] },
            "allowed_hosts may hold host names and '*.domain' (got 'http://x')",
            "allowed_hosts may hold host names and '*.domain' (got '*')",
            "allowed_hosts may hold host names and '*.domain' (got 'a.*')");
    }

    [Fact]
    public void All_errors_are_reported_at_once_and_in_the_exception()
    {
        var spec = Sound with { Name = "", Entrypoint = "", Limits = new() { CpuCores = 0, DiskMb = 0 }, ContextDir = "none" };

        Assert.Equal(
            ["context_dir", "dockerfile_path", "name", "entrypoint", "limits.cpu_cores", "limits.disk_mb"],
            spec.Validate().Select(error => error.Loc));
        var error = Assert.Throws<HarborSpecException>(spec.EnsureValid);
        Assert.Equal(6, error.Errors.Count);
        Assert.Equal(6, error.Message.Split('\n').Length);
    }

    [Fact]
    public void The_create_body_has_the_nine_public_keys_and_ours_only_when_they_are_not_the_default()
    {
        string[] nine =
        [
            "name", "description", "dockerfile", "context_tar_base64", "entrypoint", "entrypoint_mode", "limits", "env_vars", "metadata",
        ];
        Assert.Equal(nine, Body(Sound).Select(pair => pair.Key));
        Assert.Equal("""{"timeout_s":300,"cpu_cores":2,"memory_mb":4096,"disk_mb":10240}""", Body(Sound)["limits"]!.ToJsonString());

        var all = Body(Sound with
        {
            Port = 80,
            Network = "allowlist",
            AllowedHosts = ["a"],
            PrepareCommand = "p",
            VerifyCommand = "v",
            VerifyDir = "d",
            VerifyTimeoutS = 5,
            VerifyNetwork = "full",
            IncludeGlobs = ["x"],
        });
        Assert.Equal(
            [
                .. nine, "port", "network", "allowed_hosts", "prepare_command", "verify_command", "verify_dir", "verify_timeout_s",
                "verify_network",
            ], all.Select(pair => pair.Key));

        static JsonObject Body(HarborBuildSpec spec) =>
            JsonSerializer.SerializeToNode(spec.ToRequest("FROM x"), HarborJson.Default.CreateDeploymentRequest)!.AsObject();
    }

    [Fact]
    public void The_oldest_body_is_read_with_the_defaults()
    {
        var request = JsonSerializer.Deserialize(
            """{"name": "a", "context_tar_base64": "eA==", "unknown": 1}""", HarborJson.Default.CreateDeploymentRequest)!;

        Assert.Empty(request.Validate());
        Assert.Equal(
            (HarborBuildSpec.DefaultEntrypoint, "file", 300), (request.Entrypoint, request.EntrypointMode, request.Limits.TimeoutS));
        Assert.Equal("name must be 1-128 characters", new CreateDeploymentRequest().Validate().Single().Msg);
    }

    private HarborBuildSpec With(string name, string value) => Sound with { EnvVars = new Dictionary<string, string> { [name] = value } };

    private static void AssertErrors(HarborBuildSpec spec, params IEnumerable<string?> errors) =>
        Assert.Equal(errors.OfType<string>(), spec.Validate().Select(error => error.Msg));
}
