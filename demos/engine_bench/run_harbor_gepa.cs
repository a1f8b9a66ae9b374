#!/usr/bin/env -S dotnet run
#:project ../../src/Harbor.Optimization/Harbor.Optimization.csproj
#:package System.CommandLine

// Optimises the agent's instructions on the deployment, as a job of the server. The key comes from HARBOR_API_KEY (or SYNTH_API_KEY).
//   dotnet run demos/engine_bench/run_harbor_gepa.cs -- --deployment-id enginebench-mini-oracle --config enginebench_gepa.toml

using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using Harbor.Deployments;
using Harbor.Optimization;
using Harbor.Optimization.Configuration;

var deploymentId = new Option<string>("--deployment-id") { Description = "Id or name of the deployment", Required = true };
var config = new Option<string>("--config") { Description = "TOML file", DefaultValueFactory = _ => "enginebench_gepa.toml" };
var backendUrl = new Option<string?>("--backend-url") { Description = "Server (default: HARBOR_BACKEND_URL, else http://localhost:8000)" };
var command = new RootCommand("Run EngineBench GEPA using Harbor.") { deploymentId, config, backendUrl };
command.SetAction(async (options, ct) =>
{
    var harbor = new HarborDeploymentRef
    {
        DeploymentId = options.GetRequiredValue(deploymentId),
        BackendUrl = options.GetValue(backendUrl),
    };
    var gepa = PromptLearningConfig.FromPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, options.GetRequiredValue(config)));
    gepa.TaskAppConfig = new LocalApiConfig
    {
        AppId = "engine_bench",
        ExecutionBackend = "harbor",
        Harbor = harbor,
        InstanceProvider = new HarborInstanceProvider(harbor),
    };

    var job = new PromptLearningJob(gepa);
    Console.WriteLine($"Job ID: {await job.SubmitAsync(ct)}");
    var result = await job.PollUntilCompleteAsync(
        progress: status => Console.WriteLine($"{status.Status}: best {Reward(status.BestReward)}"), ct: ct);
    Console.WriteLine($"Mean reward: {Reward(result.MeanReward)} (baseline {Reward(result.BaselineReward)})");
    Console.WriteLine(result.Error ?? result.GetSystemPrompt());
    return result.Succeeded ? 0 : 1;
});

var parsed = command.Parse(args);
try
{
    var code = await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false });
    return parsed.Errors.Count > 0 ? 2 : code;
}
catch (Exception error) when (error is HarborSpecException or ConfigException or ArgumentException)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}
catch (Exception error) when (error is HarborApiException or HarborExecutionException or TimeoutException)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}

static string Reward(double? reward) => reward?.ToString("F4", CultureInfo.InvariantCulture) ?? "N/A";

static string ThisFile([CallerFilePath] string path = "") => path;
