#!/usr/bin/env -S dotnet run
#:project ../../src/Harbor.Deployments/Harbor.Deployments.csproj
#:package System.CommandLine

// Uploads the demo's sandbox. The server builds it. The key comes from HARBOR_API_KEY (or SYNTH_API_KEY).
//   dotnet run demos/engine_bench/upload_harbor_deployment.cs -- --name engine-bench-v1 --agent codex

using System.CommandLine;
using System.Runtime.CompilerServices;
using Harbor.Deployments;

var name = new Option<string>("--name") { Description = "Deployment name", Required = true };
var agent = new Option<string>("--agent") { Description = "Who plays", DefaultValueFactory = _ => "codex" };
agent.AcceptOnlyFromAmong("codex", "opencode", "claude_code", "oracle", "nop", "partial");
var backendUrl = new Option<string?>("--backend-url") { Description = "Server (default: HARBOR_BACKEND_URL, else http://localhost:8000)" };
var wait = new Option<bool>("--wait") { Description = "Wait until it is built" };
var command = new RootCommand("Upload the EngineBench deployment to Harbor.") { name, agent, backendUrl, wait };
command.SetAction(async (options, ct) =>
{
    var harbor = Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "harbor");
    var spec = new HarborBuildSpec
    {
        Name = options.GetRequiredValue(name),
        DockerfilePath = "Dockerfile",
        ContextDir = harbor,
        Entrypoint = "run_rollout --input /tmp/rollout.json --output /tmp/result.json",
        EntrypointMode = "file",
        Limits = new() { TimeoutS = 600, CpuCores = 4, MemoryMb = 8192, DiskMb = 20480 },
        Metadata = new() { ["agent_type"] = options.GetValue(agent), ["benchmark"] = "engine-bench", ["version"] = "1.0" },
        Network = "none",
    };

    Console.WriteLine($"Uploading deployment '{spec.Name}'...");
    var deployment = await HarborDeployments.UploadHarborDeploymentAsync(
        spec, options.GetValue(backendUrl), wait: options.GetValue(wait), ct: ct);

    Console.WriteLine($"Deployment: {deployment.Id}");
    Console.WriteLine($"   Status: {deployment.Status}");
    Console.WriteLine($"   Build ID: {deployment.BuildId}");
    Console.WriteLine(deployment.Status switch
    {
        "ready" => $"   Snapshot: {deployment.SnapshotId}",
        "failed" => $"   Its build failed; see why with: harbor deployments status {deployment.Id}",
        _ => $"   Waiting for the build; see it with: harbor deployments status {deployment.Id}",
    });
});

var parsed = command.Parse(args);
try
{
    var code = await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false });
    return parsed.Errors.Count > 0 ? 2 : code;
}
catch (Exception error) when (error is HarborSpecException or ArgumentException)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}
catch (Exception error) when (error is HarborApiException or HarborExecutionException)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}

static string ThisFile([CallerFilePath] string path = "") => path;
