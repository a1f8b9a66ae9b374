#!/usr/bin/env -S dotnet run
#:project ../../src/Harbor.Deployments/Harbor.Deployments.csproj
#:package System.CommandLine

// Evaluates a policy on the deployment: the task app is the deployment itself. The key comes from HARBOR_API_KEY (or SYNTH_API_KEY).
//   dotnet run demos/engine_bench/run_harbor_eval_simple.cs -- --deployment-id engine-bench-v1 --seeds 5

using System.CommandLine;
using System.Globalization;
using Harbor.Deployments;

var deploymentId = new Option<string>("--deployment-id") { Description = "Id or name of the deployment", Required = true };
var seeds = new Option<int>("--seeds") { Description = "Seeds 0 to SEEDS - 1", DefaultValueFactory = _ => 5 };
var model = new Option<string>("--model") { Description = "Model", DefaultValueFactory = _ => "gpt-4o-mini" };
var agent = new Option<string?>("--agent") { Description = "Who plays (default: as uploaded)" };
var backendUrl = new Option<string?>("--backend-url") { Description = "Server (default: HARBOR_BACKEND_URL, else http://localhost:8000)" };
var command = new RootCommand("Run an EngineBench eval via Harbor.") { deploymentId, seeds, model, agent, backendUrl };
command.SetAction(async (options, ct) =>
{
    var harbor = new HarborDeploymentRef
    {
        DeploymentId = options.GetRequiredValue(deploymentId),
        BackendUrl = options.GetValue(backendUrl),
    };
    var config = new LocalApiConfig
    {
        AppId = "engine-bench",
        ExecutionBackend = "harbor",
        Harbor = harbor,
        InstanceProvider = new HarborInstanceProvider(harbor),
    };
    var job = new EvalJob(new EvalJobConfig
    {
        TaskAppConfig = config,
        BackendUrl = harbor.BackendUrl,
        EnvName = "enginebench",
        Seeds = [.. Enumerable.Range(0, options.GetValue(seeds)).Select(seed => (long)seed)],
        PolicyConfig = new() { ["model"] = options.GetValue(model), ["provider"] = "openai", ["agent"] = options.GetValue(agent) },
    });

    Console.WriteLine($"Job ID: {await job.SubmitAsync(ct)}");
    var result = await job.PollUntilCompleteAsync(
        progress: status => Console.WriteLine($"{status.Status}: {status.NumCompleted} of {status.NumTotal}"), ct: ct);
    Console.WriteLine($"Mean reward: {result.MeanReward?.ToString("F4", CultureInfo.InvariantCulture) ?? "N/A"}");
    return result.Succeeded ? 0 : 1;
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
