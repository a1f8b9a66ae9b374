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

    [Fact]
    public async Task An_adopted_sandbox_reaches_its_interceptor_again_and_no_relay_is_left_behind()
    {
        const string look = """
            ask() { exec 3<> /dev/tcp/127.0.0.1/8080 && printf 'HEAD %s HTTP/1.0\r\n\r\n' "$1" >&3 && head -n 1 <&3; }
            reaches() { (ask "${OPENAI_BASE_URL#http://127.0.0.1:8080}") 2> /dev/null | grep -q ' 200 '; }
            until reaches; do sleep 0.1; done; echo reached
            while reaches; do sleep 0.1; done; echo lost
            until reaches; do sleep 0.1; done; echo again
            """;
        var folder = Directory.CreateTempSubdirectory("harbor-adopt-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "settings.json"), """{"Sandbox":{"FreeDiskGb":1,"Disk":"watched"}}""", Ct);
        await using var server = new ServerProcess(folder);
        using var engine = new SandboxEngine(new SandboxSettings());
        Guid installation = default;
        try
        {
            var client = await server.StartAsync(Ct);
            installation = await server.InstallationAsync();
            var id = await client.DeployAsync("relayed", $"bash /look; {Sandboxed.Result("1")}", create => create["network"] = "inference",
                Archives.Of(("Dockerfile", "FROM debian:bookworm\nCOPY look /\n"), ("look", look)));
            var rollout = (await client.PostAsync($"/api/harbor/deployments/{id}/rollouts", Sandboxed.Body(1, "c"),
                HttpStatusCode.Accepted)).Text("rollout_id");
            var logs = $"/api/harbor/rollouts/{rollout}/logs";
            await client.UntilAsync($"/api/harbor/rollouts/{rollout}", answer => answer.Text("status") == "running");
            while (await client.GetStringAsync(logs, Ct) != "reached\n")
            {
                await Task.Delay(100, Ct);
            }

            await server.KillAsync(Ct);
            client.Dispose();
            client = await server.StartAsync(Ct);

            await client.UntilAsync($"/api/harbor/rollouts/{rollout}", answer => answer.Text("status") == "completed");
            Assert.Equal("reached\nlost\nagain\n", await client.GetStringAsync(logs, Ct));
            client.Dispose();
            while ((await engine.OfRolloutAsync(Guid.Parse(rollout), Ct)).Count > 0)
            {
                await Task.Delay(100, Ct);
            }

            await server.SignalAsync("-TERM", Ct);
            Assert.Empty(await engine.OwnAsync(installation, Ct));
        }
        finally
        {
            await server.DisposeAsync();
            await EngineLeftovers.RemoveAsync(engine, installation);
            Directory.Delete(folder, recursive: true);
        }
    }
}
