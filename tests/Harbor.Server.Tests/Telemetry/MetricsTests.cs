using System.Net;
using System.Text;
using Harbor.Server.Sandboxes;
using Harbor.Server.Tests.Processes;
using Harbor.Server.Tests.Rollouts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Harbor.Server.Tests.Telemetry;

[Trait("Category", "Engine")]
public sealed class MetricsTests(TestServers servers)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Prometheus_reads_counters_histograms_and_gauges_with_an_admins_key()
    {
        using var client = await servers.SqliteWorker.ClientAsync();
        var id = await client.DeployAsync("measured", Sandboxed.Result("1"));
        await client.RunAsync(id);

        using var answer = await client.GetAsync("/metrics", Ct);
        var text = await answer.Content.ReadAsStringAsync(Ct);

        Assert.Equal("text/plain", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("# TYPE harbor_rollouts_ended_total counter\n", text, StringComparison.Ordinal);
        Assert.Matches("""harbor_rollouts_ended_total\{failure_kind="",status="completed"\} [1-9]""", text);
        Assert.Matches("""harbor_rollouts_phase_duration_seconds_bucket\{phase="agent",le="\+Inf"\} [1-9]""", text);
        Assert.Matches("""harbor_rollouts_phase_duration_seconds_count\{phase="startup"\} [1-9]""", text);
        Assert.Matches("""harbor_builds_ended_total\{status="completed"\} [1-9]""", text);
        Assert.Contains("# TYPE harbor_sandboxes_running gauge\nharbor_sandboxes_running ", text, StringComparison.Ordinal);
        Assert.Matches("http_server_request_duration_seconds_count\\{[^}]*http_route=\"/api/harbor/deployments/\"", text);
        Assert.Contains("dotnet_process_memory_working_set_bytes ", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n', StringSplitOptions.RemoveEmptyEntries), line =>
            Assert.Matches("""^(# (HELP|TYPE) \S+ ?.*|[a-zA-Z_:]\w*(\{([a-zA-Z_]\w*="([^"\\\n]|\\.)*",?)*\})? -?[0-9.eE+-]+)$""", line));
        using var reader = await servers.SqliteWorker.ClientAsync("read,deploy,run");
        await reader.GetAsync("/metrics", HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Traces_go_to_the_collector_that_is_named_and_hold_no_text_of_a_request()
    {
        var received = new MemoryStream();
        await using var collector = await CollectorAsync(received);
        var folder = Directory.CreateTempSubdirectory("harbor-traces-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "settings.json"), """{"Sandbox":{"FreeDiskGb":1,"Disk":"watched"}}""", Ct);
        await using var server = new ServerProcess(folder)
        {
            Variables = [$"OTEL_EXPORTER_OTLP_ENDPOINT={collector.Urls.First()}", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"],
        };
        Guid installation = default;
        try
        {
            using var client = await server.StartAsync(Ct);
            installation = await server.InstallationAsync();
            var id = await client.DeployAsync("traced", Sandboxed.Result("1"),
                create => create["env_vars"] = new System.Text.Json.Nodes.JsonObject { ["TOKEN"] = "s3cr3t-of-the-traced" });
            var rollout = (await client.RunAsync(id, correlation: "s3cr3t-correlation"))["execution_metadata"]!.Text("rollout_id");

            await server.SignalAsync("-TERM", Ct); // What is left is sent at the end.

            var text = Encoding.Latin1.GetString(received.ToArray());
            Assert.Contains("harbor-server", text, StringComparison.Ordinal);
            Assert.Contains(rollout, text, StringComparison.Ordinal);
            Assert.Contains("startup", text, StringComparison.Ordinal);
            Assert.Contains("collect", text, StringComparison.Ordinal);
            Assert.DoesNotContain("s3cr3t", text, StringComparison.Ordinal);
        }
        finally
        {
            await server.DisposeAsync();
            using var engine = new SandboxEngine(new SandboxSettings());
            await EngineLeftovers.RemoveAsync(engine, installation);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<WebApplication> CollectorAsync(MemoryStream received)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(async http =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            lock (received)
            {
                received.Write(body.ToArray());
            }
        });
        await app.StartAsync();
        return app;
    }
}
