#!/usr/bin/env -S dotnet run
#:package System.CommandLine

// The old way to make a deployment, without the SDK: the archive by hand, the HTTP API directly. The new way is
// upload_harbor_deployment.cs. The key comes from HARBOR_API_KEY (or SYNTH_API_KEY).
//   dotnet run demos/harbor/create_deployment.cs -- --name engine-bench-old

using System.CommandLine;
using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;

var name = new Option<string>("--name") { Description = "Deployment name", Required = true };
var agent = new Option<string>("--agent") { Description = "Who plays", DefaultValueFactory = _ => "codex" };
var backendUrl = new Option<string?>("--backend-url") { Description = "Server (default: HARBOR_BACKEND_URL, else http://localhost:8000)" };
var command = new RootCommand("Create a Harbor deployment by hand.") { name, agent, backendUrl };
command.SetAction(async (options, ct) =>
{
    var backend = options.GetValue(backendUrl) ?? Environment.GetEnvironmentVariable("HARBOR_BACKEND_URL") ?? "http://localhost:8000";
    var key = Environment.GetEnvironmentVariable("HARBOR_API_KEY") ?? Environment.GetEnvironmentVariable("SYNTH_API_KEY");
    using var http = new HttpClient();
    http.DefaultRequestHeaders.Authorization = new("Bearer", key);
    var deployments = $"{backend.TrimEnd('/')}/api/harbor/deployments";

    var request = new JsonObject
    {
        ["name"] = options.GetValue(name),
        ["context_tar_base64"] = Archive("Dockerfile", "run_rollout"),
        ["entrypoint"] = "run_rollout --input /tmp/rollout.json --output /tmp/result.json",
        ["limits"] = new JsonObject { ["timeout_s"] = 600, ["cpu_cores"] = 4, ["memory_mb"] = 8192, ["disk_mb"] = 20480 },
        ["metadata"] = new JsonObject { ["agent_type"] = options.GetValue(agent) },
        ["network"] = "none",
    };
    var response = await http.PostAsync(deployments, new StringContent(request.ToJsonString(), Encoding.UTF8, "application/json"), ct);
    var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(ct))!;
    if (response.StatusCode == HttpStatusCode.Conflict)
    {
        Console.WriteLine($"The name is taken: {answer["detail"]}");
        var known = await http.GetStringAsync($"{deployments}?name={Uri.EscapeDataString(options.GetValue(name)!)}", ct);
        answer = JsonNode.Parse(known)!["deployments"]![0]!;
    }
    else if (response.StatusCode != HttpStatusCode.OK)
    {
        throw new InvalidOperationException($"{(int)response.StatusCode}: {answer["detail"]}");
    }

    Console.WriteLine($"Deployment: {answer["id"]}");
    for (var status = ""; status != "ready"; await Task.Delay(1000, ct))
    {
        var state = JsonNode.Parse(await http.GetStringAsync($"{deployments}/{answer["id"]}/status", ct))!;
        status = (string)state["status"]!;
        Console.WriteLine($"   Status: {status}");
        if (status is not ("pending" or "building" or "ready"))
        {
            throw new InvalidOperationException($"{status}: {state["builds"]?[0]?["error_message"]}");
        }
    }
});

var parsed = command.Parse(args);
try
{
    var code = await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false });
    return parsed.Errors.Count > 0 ? 2 : code;
}
catch (Exception error) when (error is InvalidOperationException or HttpRequestException)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}

static string Archive(params string[] files)
{
    var archive = new MemoryStream();
    using (var gzip = new GZipStream(archive, CompressionMode.Compress, leaveOpen: true))
    using (var tar = new TarWriter(gzip))
    {
        foreach (var file in files)
        {
            tar.WriteEntry(Path.Combine(Path.GetDirectoryName(ThisFile())!, file), file);
        }
    }

    return Convert.ToBase64String(archive.ToArray());
}

static string ThisFile([CallerFilePath] string path = "") => path;
