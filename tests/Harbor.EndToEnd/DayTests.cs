using System.Text.Json;
using Harbor.Processes;

namespace Harbor.EndToEnd;

/// <summary>What is typed on a working day, on what is deployed.</summary>
[Trait("Category", "Engine")]
public sealed class DayTests : IAsyncDisposable
{
    private readonly TestProject _project = new();

    public DayTests()
    {
        _project.Replace("etc/harbor.yaml", "[web, worker, init]", "[web, worker]");
        _project.Write("etc/stacks/compose.worker.yml", $$"""
            services:
              worker:
                image: debian:bookworm
                init: true
                command: ["sh", "-c", "echo one; echo $$PASSWORD; exec sleep 100000"]
                environment: { PASSWORD: "${PASSWORD}" }
                stop_grace_period: 0s
                depends_on: [web]
            """);
    }

    public ValueTask DisposeAsync() => _project.DisposeAsync();

    [Fact]
    public async Task Status_tells_what_is_not_as_deployed_and_changes_nothing()
    {
        var before = await _project.ExpectAsync(0, "--target=Status", "--exit-code");
        await _project.ExpectAsync(0, "--target=Deploy");
        var containers = await _project.ContainersAsync();
        var deployed = await _project.ExpectAsync(0, "status", "--exit-code");
        await TestProject.DockerAsync("kill", $"{_project.Name}-worker-1");
        var drifted = await _project.ExpectAsync(10, "ps", "--exit-code");
        var document = JsonDocument.Parse((await _project.ExpectAsync(0, "--target=Status", "--output=json")).Output).RootElement;

        Assert.Equal($"Nothing is deployed as '{_project.Name}'.\n", before.Output);
        Assert.Matches(@"^SERVICE +STATE +HEALTH +ADDRESS\nweb +running +healthy\nworker +running +-\n$", deployed.Output);
        Assert.EndsWith("\nNot as deployed:\n  worker: stopped (exit code 137)\n", drifted.Output);
        Assert.Equal(["worker: stopped (exit code 137)"], document.GetProperty("drift").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal(["healthy", "none"],
            document.GetProperty("services").EnumerateArray().Select(service => service.GetProperty("health").GetString()));
        Assert.Equal(containers, await _project.ContainersAsync());
    }

    [Theory]
    [InlineData("Summary")]
    [InlineData("Health")]
    [InlineData("PostDeploy")]
    [InlineData("Status")]
    [InlineData("Logs")]
    public async Task What_looks_at_the_stack_never_deploys(string target)
    {
        await _project.ExpectAsync(0, "--target=Deploy");
        _project.Replace("etc/stacks/compose.worker.yml", "echo one", "echo two");
        await TestProject.DockerAsync("kill", $"{_project.Name}-worker-1");
        var before = await _project.ContainersAsync();

        await _project.HarborAsync($"--target={target}");

        Assert.Equal(before, await _project.ContainersAsync());
        Assert.Equal("exited", (await TestProject.DockerAsync(
            "inspect", "--format", "{{.State.Status}}", $"{_project.Name}-worker-1")).Trim());
    }

    [Fact]
    public async Task Health_alone_of_what_is_not_deployed_is_an_error() =>
        Assert.Contains($"Nothing is deployed as '{_project.Name}'.", (await _project.ExpectAsync(1, "--target=Health")).Error);

    [Fact]
    public async Task Services_are_stopped_and_started_in_the_order_in_which_they_need_each_other()
    {
        await _project.ExpectAsync(0, "--target=Deploy");
        var before = await _project.ContainersAsync();

        var stopped = await _project.ExpectAsync(0, "stop");
        var started = await _project.ExpectAsync(0, "start");
        var restarted = await _project.ExpectAsync(0, "--target=Restart", "--service=web,worker");
        var one = await _project.ExpectAsync(0, "restart", "web");

        Assert.Equal(Lines("stopped worker", "stopped web"), stopped.Output);
        Assert.Equal(Lines("started web", "started worker"), started.Output);
        Assert.Equal(Lines("stopped worker", "stopped web", "started web", "started worker"), restarted.Output);
        Assert.Equal(Lines("stopped web", "started web"), one.Output);
        Assert.Equal(before, await _project.ContainersAsync());
        Assert.Contains("'wokrer' has no container. Did you mean 'worker'?", (await _project.ExpectAsync(2, "stop", "wokrer")).Error);

        string Lines(params string[] lines) => string.Concat(lines.Select(line => $"{line.Replace(" ", $" {_project.Name}-")}-1\n"));
    }

    [Fact]
    public async Task Start_and_Restart_wait_until_services_are_healthy_in_the_order_in_which_they_need_it()
    {
        _project.Replace("etc/stacks/compose.web.yml", "touch /tmp/ok", "rm -f /tmp/ok; sleep 2; touch /tmp/ok");
        _project.Replace("etc/stacks/compose.worker.yml", "depends_on: [web]", "depends_on: { web: { condition: service_healthy } }");
        await _project.ExpectAsync(0, "--target=Deploy");

        await _project.ExpectAsync(0, "restart");
        Assert.Equal("healthy", await InspectAsync("web", "{{.State.Health.Status}}"));
        Assert.True(await StartedAsync("worker") - await StartedAsync("web") >= TimeSpan.FromSeconds(2));

        await _project.ExpectAsync(0, "stop");
        await _project.ExpectAsync(0, "start", "--no-wait");
        Assert.Equal("starting", await InspectAsync("web", "{{.State.Health.Status}}"));

        async Task<DateTimeOffset> StartedAsync(string service) => DateTimeOffset.Parse(
            await InspectAsync(service, "{{.State.StartedAt}}"), System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task A_service_that_does_not_come_back_is_named_with_its_last_log_lines_masked()
    {
        _project.Replace("etc/stacks/compose.worker.yml", "exec sleep 100000", "test ! -f /data/stop || exit 3; exec sleep 100000");
        _project.Write("data/ok", "");
        _project.Replace("etc/stacks/compose.worker.yml", "depends_on", $"volumes: [{_project.PathOf("data")}:/data]\n    depends_on");
        await _project.ExpectAsync(0, "--target=Deploy");
        _project.Write("data/stop", "");

        var failed = await _project.ExpectAsync(1, "restart", "worker");
        _project.Replace("etc/harbor.yaml", "version: 1", "version: one");
        var unreadable = await _project.ExpectAsync(1, "start", "worker");
        var limit = await _project.ExpectAsync(2, "start", "--timeout=soon");

        Assert.Contains("worker exited with code 3.\n  its last log lines:\n", failed.Error);
        Assert.Matches(@"    one\n    \*\*\*\n", failed.Error);
        Assert.Contains("worker exited with code 3.\n", unreadable.Error);
        Assert.DoesNotContain("log lines", unreadable.Error);
        Assert.Contains("--timeout expects a duration", limit.Error);
    }

    [Fact]
    public async Task A_service_that_is_not_ready_in_time_fails_Start()
    {
        await _project.ExpectAsync(0, "--target=Deploy");
        await TestProject.DockerAsync("exec", $"{_project.Name}-web-1", "sh", "-c", "rm /tmp/ok; mkdir -p /tmp/ok");
        await _project.ExpectAsync(0, "stop", "web");

        Assert.Matches(
            @"web was not ready within 2 s: it is not healthy yet", (await _project.ExpectAsync(1, "start", "web", "--timeout=2s")).Error);
    }

    private async Task<string> InspectAsync(string service, string format) =>
        (await TestProject.DockerAsync("inspect", "--format", format, $"{_project.Name}-{service}-1")).Trim();

    [Fact]
    public async Task What_goes_to_both_streams_of_a_service_is_printed_in_the_order_of_the_engine()
    {
        _project.Replace("etc/stacks/compose.worker.yml", "echo one; echo $$PASSWORD",
            "for i in $$(seq 20); do echo out $$i; sleep 0.05; echo err $$i >&2; sleep 0.05; done");
        await _project.ExpectAsync(0, "--target=Deploy");
        CommandResult engine = null!;
        await TestProject.EventuallyAsync(async () =>
            (engine = await new Command(TestScope.New(), "docker", "logs", "--timestamps", $"{_project.Name}-worker-1")
                .RunAsync(TestContext.Current.CancellationToken)).Error.Contains("err 20"));

        string[] lines = [.. (engine.Output + engine.Error).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Order(StringComparer.Ordinal).Select(line => line[(line.IndexOf(' ') + 1)..])]; // A busy engine reads a line late.
        Assert.Equal(40, lines.Length);
        Assert.Equal(lines.Select(line => $"worker-1 | {line}"),
            (await _project.ExpectAsync(0, "logs", "worker")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_paused_service_is_restarted()
    {
        await _project.ExpectAsync(0, "--target=Deploy");
        await TestProject.DockerAsync("pause", $"{_project.Name}-worker-1");

        await _project.ExpectAsync(0, "restart", "worker");

        Assert.Equal("running", (await TestProject.DockerAsync(
            "inspect", "--format", "{{.State.Status}}", $"{_project.Name}-worker-1")).Trim());
    }

    [Fact]
    public async Task Logs_are_masked_cut_and_follow_a_container_that_starts_later()
    {
        await _project.ExpectAsync(0, "--target=Deploy");
        var all = await _project.ExpectAsync(0, "logs");
        var last = await _project.ExpectAsync(0, "logs", "worker", "--tail=1");
        var none = await _project.ExpectAsync(0, "--target=Logs", "--since=2099-01-01T00:00:00Z");
        Assert.Equal(all.Output, (await _project.ExpectAsync(0, "logs", "--since=1h")).Output);
        var lines = new List<string>();
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var following = (_project.Command("logs", "worker", "--follow", "--tail=1") with
        {
            OnOutput = line =>
            {
                lock (lines)
                {
                    lines.Add(line);
                }
            },
        }).TryRunAsync(stop.Token);
        await SeenAsync(1);
        await _project.ExpectAsync(0, "restart", "worker");
        await SeenAsync(3);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => following);

        Assert.Equal("worker-1 | one\nworker-1 | ***\n", all.Output);
        Assert.Equal("worker-1 | ***\n", last.Output);
        Assert.Equal("", none.Output);
        Assert.StartsWith("--since expects a duration like 10m, or a time", (await _project.ExpectAsync(2, "logs", "--since=$(id)")).Error);
        Assert.Equal(["worker-1 | ***", "worker-1 | one", "worker-1 | ***"], lines.Take(3));

        Task SeenAsync(int count) => TestProject.EventuallyAsync(() => Task.FromResult(lines.Count >= count));
    }

    [Fact]
    public async Task A_command_in_a_service_has_its_own_output_input_and_exit_code()
    {
        await _project.ExpectAsync(0, "--target=Deploy");

        var ran = await _project.HarborAsync("exec", "worker", "sh", "-c", "echo $PASSWORD; cat; exit 7");
        var oneOff = await (_project.Command("run", "worker", "sh", "-c", "echo off; cat; exit 8") with { Input = "typed\n" })
            .TryRunAsync(TestContext.Current.CancellationToken);
        var containers = await _project.ContainersAsync();
        await TestProject.DockerAsync("stop", $"{_project.Name}-web-1");
        var stopped = await _project.ExpectAsync(1, "--target=Exec", "--", "web", "true");

        Assert.Equal((7, "***\n"), (ran.ExitCode, ran.Output));
        Assert.Equal((8, "off\ntyped\n"), (oneOff.ExitCode, oneOff.Output));
        Assert.Equal(["web", "worker"], containers.Keys.Order());
        Assert.Contains("web is not running, so no command can be run in it. Type: ./build.sh start web", stopped.Error);
    }

    [Fact]
    public async Task Build_builds_and_the_next_Deploy_uses_it()
    {
        _project.Replace("etc/stacks/compose.worker.yml", "image: debian:bookworm", $"image: {_project.Name}:worker\n    build: ./built");
        _project.Write("built/Dockerfile", "FROM debian:bookworm\nRUN echo built > /built\n");
        await _project.ExpectAsync(0, "--target=Deploy");
        var before = await _project.ContainersAsync();
        _project.Write("built/Dockerfile", "FROM debian:bookworm\nRUN echo again > /built\n");

        await _project.ExpectAsync(0, "build", "worker");
        Assert.Equal(before, await _project.ContainersAsync());
        await _project.ExpectAsync(0, "--target=Deploy");

        Assert.Equal(["worker"], await _project.RecreatedAsync(before));
        await TestProject.DockerAsync("rm", "--force", $"{_project.Name}-worker-1");
        await TestProject.DockerAsync("image", "rm", $"{_project.Name}:worker");
    }

    [Fact]
    public async Task The_smallest_descriptor_deploys_and_destroys()
    {
        _project.Write("etc/harbor.yaml", $"{{version: 1, name: {_project.Name}, profiles: {{default: {{services: [worker, web]}}}}}}\n");
        _project.Write("etc/stacks/compose.yml", "services: {}\n");

        await _project.ExpectAsync(0, "--target=Deploy");
        Assert.Equal(["web", "worker"], (await _project.ContainersAsync()).Keys.Order());
        await _project.ExpectAsync(0, "--target=Destroy");

        Assert.Empty(await _project.ContainersAsync());
    }

    [Fact]
    public async Task A_Deploy_that_fails_has_a_document_with_every_problem()
    {
        _project.Write("etc/sys.env", "LEVEL=1\nPATH=/x\nGREETING=${MISSING:?say it}\n");

        var failed = await _project.ExpectAsync(2, "--target=Deploy", "--output=json");

        var error = JsonDocument.Parse(failed.Output).RootElement.GetProperty("error");
        Assert.Equal(2, error.GetProperty("exitCode").GetInt32());
        Assert.Equal(["etc/sys.env 2", "etc/sys.env 3"], error.GetProperty("problems").EnumerateArray()
            .Select(problem => $"{problem.GetProperty("file").GetString()} {problem.GetProperty("line").GetInt32()}"));
    }
}
