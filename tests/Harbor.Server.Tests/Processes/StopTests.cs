using System.Net;
using Harbor.Server.Sandboxes;
using Harbor.Server.Tests.Rollouts;

namespace Harbor.Server.Tests.Processes;

/// <summary>Ctrl-C and SIGTERM: the server ends, its sandboxes do not.</summary>
[Trait("Category", "Engine")]
public sealed class StopTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("-INT", 130)]
    [InlineData("-TERM", 143)]
    public async Task A_stopped_server_says_what_goes_on_and_the_next_one_takes_over(string signal, int code)
    {
        var folder = Directory.CreateTempSubdirectory("harbor-stop-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "settings.json"), """{"Sandbox":{"FreeDiskGb":1,"Disk":"watched"}}""", Ct);
        await using var server = new ServerProcess(folder);
        Guid installation = default;
        try
        {
            var client = await server.StartAsync(Ct);
            Assert.Equal($"Harbor server listening on {client.BaseAddress!.ToString().TrimEnd('/')}", server.Output.Trim());
            installation = await server.InstallationAsync();
            var id = await client.DeployAsync("stopped", $"sleep 8; {Sandboxed.Result("1")}");
            var path = $"/api/harbor/rollouts/{(await client.PostAsync($"/api/harbor/deployments/{id}/rollouts", Sandboxed.Body(1, "c"),
                HttpStatusCode.Accepted)).Text("rollout_id")}";
            await client.UntilAsync(path, answer => answer.Text("status") == "running");
            var waiting = client.SendAsync(HttpMethod.Get, $"{path}?wait=60", null); // Must not hold it up.

            var began = TimeProvider.System.GetTimestamp();
            Assert.Equal(code, await server.SignalAsync(signal, Ct));
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(15));
            Assert.Contains("1 rollout goes on in the sandbox; the next start takes over.", server.Output, StringComparison.Ordinal);
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => waiting);
            client.Dispose();

            client = await server.StartAsync(Ct);
            var ended = await client.UntilAsync(path, answer => answer.Text("status") is "completed" or "failed");
            Assert.Equal(1.0, ended["reward"]!.GetValue<double>());
            Assert.Empty(ended["execution_metadata"]!["attempts"]!.AsArray());
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
