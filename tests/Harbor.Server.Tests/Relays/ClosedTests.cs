using System.Net;
using System.Text.Json.Nodes;
using Harbor.Server.Database;
using Harbor.Server.Tests.Rollouts;

namespace Harbor.Server.Tests.Relays;

/// <summary>Where a sealed network can't be shown to be sealed, nothing starts in it.</summary>
[Trait("Category", "Engine")]
public sealed class ClosedTests
{
    [Fact]
    public async Task Without_a_relay_that_works_a_rollout_is_refused_and_says_why_while_others_run()
    {
        await using var server = new WithoutSocat();
        using var client = await server.ClientAsync();
        var closed = await client.DeployAsync("closed", Sandboxed.Result("1"), create => create["network"] = "inference");
        var open = await client.DeployAsync("open", Sandboxed.Result("1"));
        var body = JsonNode.Parse(Sandboxed.Body(1, "c"))!;
        body["max_infra_retries"] = 0;

        var refused = await client.PostAsync($"/api/harbor/deployments/{closed}/rollout", body.ToJsonString(),
            HttpStatusCode.ServiceUnavailable);
        var answer = await client.RunAsync(open);

        Assert.Equal("sandbox_start", refused.Text("code"));
        Assert.EndsWith("the relay of a sandbox ended at once: its image must have socat", refused.Text("detail"),
            StringComparison.Ordinal);
        Assert.Equal(1.0, answer["metrics"]!["reward_mean"]!.GetValue<double>());
    }

    private sealed class WithoutSocat : WorkerServer
    {
        protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(base.Settings)
        {
            ["Sandbox:RelayImage"] = "debian:bookworm",
        };

        private protected override Task<DatabaseUrl> DatabaseAsync(DataFolder data) => Task.FromResult(DatabaseUrl.File(data.Path));
    }
}
