using System.Net;
using Harbor.Server.Sandboxes;
using Harbor.Server.Tests.Rollouts;

namespace Harbor.Server.Tests.Processes;

[Trait("Category", "Engine")]
public sealed class AdoptionTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_adopted_sandbox_is_run_once_and_its_own_key_is_masked_in_its_log()
    {
        var folder = Directory.CreateTempSubdirectory("harbor-adopt-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "settings.json"), """{"Sandbox":{"FreeDiskGb":1,"Disk":"watched"}}""", Ct);
        await using var server = new ServerProcess(folder);
        Guid installation = default;
        try
        {
            var client = await server.StartAsync(Ct);
            installation = await server.InstallationAsync();
            var id = await client.DeployAsync("adopted", $"echo first; sleep 6; env | grep KEY; {Sandboxed.Result("1")}");
            var rollout = (await client.PostAsync($"/api/harbor/deployments/{id}/rollouts", Sandboxed.Body(1, "c"),
                HttpStatusCode.Accepted)).Text("rollout_id");
            await client.UntilAsync($"/api/harbor/rollouts/{rollout}", answer => answer.Text("status") == "running");

            await server.KillAsync(Ct);
            client.Dispose();
            client = await server.StartAsync(Ct);

            var answer = await client.UntilAsync($"/api/harbor/rollouts/{rollout}", answer => answer.Text("status") == "completed");
            Assert.Empty(answer["execution_metadata"]!["attempts"]!.AsArray());
            var log = await client.GetStringAsync($"/api/harbor/rollouts/{rollout}/logs", Ct);
            Assert.Contains("HARBOR_LLM_KEY=***", log, StringComparison.Ordinal);
            Assert.DoesNotContain("hrk_", log, StringComparison.Ordinal);
            Assert.Single(log.Split('\n'), line => line == "first");
            client.Dispose();
        }
        finally
        {
            await server.DisposeAsync();
            using var engine = new SandboxEngine(new SandboxSettings());
            await EngineLeftovers.RemoveAsync(engine, installation);
            Directory.Delete(folder, recursive: true);
        }
    }
}
