#!/usr/bin/env -S dotnet run
#:project ../../src/Harbor.Deployments/Harbor.Deployments.csproj
#:package System.CommandLine

// The old way to evaluate: the URL by hand, and either an eval job or, with --direct, one request for each seed. See
// run_harbor_eval_simple.cs for the new one. The key comes from HARBOR_API_KEY (or SYNTH_API_KEY).
//   dotnet run demos/harbor/run_harbor_eval.cs -- --deployment-id ID --seeds 5 [--direct]

using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Harbor.Deployments;

var deploymentId = new Option<string>("--deployment-id") { Description = "Id of the deployment", Required = true };
var seeds = new Option<int>("--seeds") { Description = "Seeds 0 to SEEDS - 1", DefaultValueFactory = _ => 5 };
var model = new Option<string>("--model") { Description = "Model", DefaultValueFactory = _ => "gpt-4o-mini" };
var agent = new Option<string>("--agent") { Description = "Who plays", DefaultValueFactory = _ => "codex" };
var direct = new Option<bool>("--direct") { Description = "One request for each seed in place of a job" };
var backendUrl = new Option<string?>("--backend-url") { Description = "Server (default: HARBOR_BACKEND_URL, else http://localhost:8000)" };
var command = new RootCommand("Evaluate a Harbor deployment by hand.") { deploymentId, seeds, model, agent, direct, backendUrl };
command.SetAction(async (options, ct) =>
{
    var backend = (options.GetValue(backendUrl) ?? Environment.GetEnvironmentVariable("HARBOR_BACKEND_URL") ?? "http://localhost:8000")
        .TrimEnd('/');
    var key = Environment.GetEnvironmentVariable("HARBOR_API_KEY") ?? Environment.GetEnvironmentVariable("SYNTH_API_KEY");
    var id = options.GetRequiredValue(deploymentId);
    var numbers = Enumerable.Range(0, options.GetValue(seeds)).Select(seed => (long)seed).ToList();
    if (options.GetValue(direct))
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromHours(1) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        foreach (var seed in numbers)
        {
            var request = new JsonObject
            {
                ["deployment_id"] = id,
                ["trace_correlation_id"] = $"harbor-{id[..Math.Min(8, id.Length)]}-{seed}-{Guid.NewGuid():N}",
                ["seed"] = seed,
                ["prompt_template"] = new JsonObject { ["sections"] = new JsonArray() },
                ["inference_url"] = $"{backend}/api/inference/v1/chat/completions",
                ["limits"] = new JsonObject { ["timeout_s"] = 300 },
                ["params"] = new JsonObject { ["agent"] = options.GetValue(agent), ["model"] = options.GetValue(model) },
            };
            var body = new StringContent(request.ToJsonString(), Encoding.UTF8, "application/json");
            var response = await http.PostAsync($"{backend}/api/harbor/rollout", body, ct);
            var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(ct))!;
            Console.WriteLine(response.IsSuccessStatusCode
                ? string.Create(CultureInfo.InvariantCulture, $"Seed {seed}: {(double)answer["metrics"]!["reward_mean"]!:F4}")
                : $"Seed {seed}: {(int)response.StatusCode} {answer["detail"]}");
        }

        return 0;
    }

    var job = new EvalJob(new EvalJobConfig
    {
        TaskAppUrl = $"{backend}/api/harbor/deployments/{id}",
        BackendUrl = backend,
        TaskAppApiKey = key,
        AppId = $"harbor-{id[..Math.Min(8, id.Length)]}",
        Seeds = numbers,
        PolicyConfig = new() { ["model"] = options.GetValue(model), ["provider"] = "openai", ["agent"] = options.GetValue(agent) },
    });
    Console.WriteLine($"Job ID: {await job.SubmitAsync(ct)}");
    var result = await job.PollUntilCompleteAsync(ct: ct);
    foreach (var row in result.SeedResults)
    {
        Console.WriteLine($"Seed {row.Seed}: {row.Score?.ToString("F4", CultureInfo.InvariantCulture) ?? "N/A"} {row.Error}");
    }

    Console.WriteLine($"Mean reward: {result.MeanReward?.ToString("F4", CultureInfo.InvariantCulture) ?? "N/A"}");
    return result.Succeeded ? 0 : 1;
});

var parsed = command.Parse(args);
try
{
    var code = await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false });
    return parsed.Errors.Count > 0 ? 2 : code;
}
catch (Exception error) when (error is HarborApiException or HarborSpecException or ArgumentException or HttpRequestException)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
