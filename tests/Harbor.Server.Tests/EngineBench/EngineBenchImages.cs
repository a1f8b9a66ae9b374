using System.Text.Json.Nodes;
using Harbor.Deployments;
using Harbor.Server.Commands;
using Harbor.Server.Sandboxes;

namespace Harbor.Server.Tests.EngineBench;

/// <summary>The deployments of <c>stacks/enginebench</c> on one server; each is uploaded and built when a test first needs it.</summary>
public sealed class EngineBenchImages(TestServer server)
{
    private const string WithScript = """
        python3 -I - <<'PYTHON' && exec run_rollout --input /tmp/rollout.json --output /tmp/result.json
        import json, os
        program = "/opt/enginebench/agents/tamper"
        open(program, "w").write("#!/bin/sh\n" + json.load(open("/tmp/rollout.json"))["params"]["script"])
        os.chmod(program, 0o755)
        PYTHON
        """;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Task<string>> _deployed = [];
    private Task<string>? _key;

    public async Task<HttpClient> ClientAsync() => await server.ClientWithKeyAsync(await KeyAsync());

    /// <summary>With the solutions, and the agents <c>oracle</c>, <c>partial</c> and <c>nop</c>.</summary>
    public Task<string> OracleAsync() => DeployedAsync(EngineBenchFolder.Spec(EngineBenchFolder.OracleSpec));

    /// <summary>The same, with an agent <c>tamper</c> that runs the request's <c>script</c>.</summary>
    public Task<string> TamperAsync() =>
        DeployedAsync(EngineBenchFolder.Spec(EngineBenchFolder.OracleSpec) with { Name = "tamper", Entrypoint = WithScript });

    /// <summary>Without the solutions.</summary>
    /// <param name="before">Shell commands that run before the rollout.</param>
    public Task<string> AgentAsync(string before)
    {
        var spec = EngineBenchFolder.Spec(EngineBenchFolder.AgentSpec);
        return DeployedAsync(spec with { Entrypoint = $"{before}\n{spec.Entrypoint}" });
    }

    /// <summary>With an agent from npm.</summary>
    internal async Task<string> AgentAsync(HarborBuildSpec spec, SandboxEngine engine)
    {
        var dockerfile = await File.ReadAllTextAsync(Path.Combine(spec.ContextDir, spec.DockerfilePath));
        await NpmAgents.EnsureAsync(engine, dockerfile, _ => { }, CancellationToken.None);
        return await DeployedAsync(spec);
    }

    /// <summary>One rollout to its end, with its reward in the answer.</summary>
    public async Task<JsonNode> RunAsync(string deployment, string agent, long seed = 0, string? task = null,
        Action<JsonObject>? change = null)
    {
        var body = new JsonObject
        {
            ["trace_correlation_id"] = $"{Guid.NewGuid()}",
            ["env"] = new JsonObject
            {
                ["seed"] = seed,
                ["config"] = task is null ? new JsonObject() : new JsonObject { ["instance_id"] = task },
            },
            ["policy"] = new JsonObject { ["config"] = new JsonObject { ["agent"] = agent, ["model"] = "none" } },
        };
        change?.Invoke(body);
        using var client = await ClientAsync();
        return await client.PostAsync($"/api/harbor/deployments/{deployment}/rollout", body.ToJsonString());
    }

    /// <summary>The reward; fails where there is none.</summary>
    public static double Reward(JsonNode answer)
    {
        Assert.True(answer["execution_metadata"]!["scored"]!.GetValue<bool>(), answer.ToJsonString());
        return answer["reward_info"]!["outcome_reward"]!.GetValue<double>();
    }

    private Task<string> DeployedAsync(HarborBuildSpec spec)
    {
        lock (_gate)
        {
            return _deployed.TryGetValue(spec.Name, out var deployed) ? deployed : _deployed[spec.Name] = DeployAsync(spec);
        }
    }

    private async Task<string> DeployAsync(HarborBuildSpec spec)
    {
        using var client = await ClientAsync();
        var result = await HarborDeployments.UploadHarborDeploymentAsync(
            spec, client.BaseAddress!.ToString(), await KeyAsync(), wait: true);
        Assert.Equal("ready", result.Status);
        return result.DeploymentId;
    }

    private Task<string> KeyAsync()
    {
        lock (_gate)
        {
            return _key ??= server.NewKeyAsync(organisation: $"o{Guid.NewGuid():N}");
        }
    }
}
