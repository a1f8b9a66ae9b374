#!/usr/bin/env -S dotnet run
#:project ../../src/Harbor.Deployments/Harbor.Deployments.csproj
#:package System.CommandLine

// Makes one instance of the deployment for each seed. The key comes from HARBOR_API_KEY (or SYNTH_API_KEY).
//   dotnet run demos/engine_bench/create_harbor_instances.cs -- --deployment-id engine-bench-v1 --count 100

using System.CommandLine;
using Harbor.Deployments;

var deploymentId = new Option<string>("--deployment-id") { Description = "Id or name of the deployment", Required = true };
var count = new Option<int>("--count") { Description = "Seeds 0 to COUNT - 1", Required = true };
var backendUrl = new Option<string?>("--backend-url") { Description = "Server (default: HARBOR_BACKEND_URL, else http://localhost:8000)" };
var command = new RootCommand("Create Harbor instances for EngineBench seeds.") { deploymentId, count, backendUrl };
command.SetAction(async (options, ct) =>
{
    const int Shown = 10;
    var deployment = options.GetRequiredValue(deploymentId);
    Console.WriteLine($"Creating {options.GetValue(count)} instances for deployment {deployment}...");
    var instances = await HarborInstances.CreateHarborInstancesAsync(
        deployment, options.GetValue(count), backendUrl: options.GetValue(backendUrl), ct: ct);

    Console.WriteLine($"Created {instances.Count} instances:");
    foreach (var instance in instances.Take(Shown))
    {
        Console.WriteLine($"   Seed {instance.Seed}: {instance.Id} ({instance.Status})");
    }

    if (instances.Count > Shown)
    {
        Console.WriteLine($"   ... and {instances.Count - Shown} more");
    }
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
