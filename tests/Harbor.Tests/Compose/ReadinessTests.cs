using Harbor.Compose;
using System.Diagnostics;
using Harbor.Engines;
using Harbor.Readiness;

namespace Harbor.Tests.Compose;

[Trait("Category", "Engine")]
public sealed class ReadinessTests(ITestOutputHelper output)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(EndpointKind.Unix)]
    [InlineData(EndpointKind.Command)]
    public async Task Ready_is_noticed_when_the_engine_says_it(EndpointKind kind)
    {
        await using var project = await DeployedProject.Make($"""
            services:
              slow: {Service("sleep 1; touch /tmp/ok; exec sleep 1000", check: "test -f /tmp/ok")}
              quick: {Service("exec sleep 1000")}
            """);
        await using IEngine engine = kind == EndpointKind.Unix
            ? new SocketEngine(project.Engine.Endpoint) : new CommandEngine(project.Engine.Endpoint, TestScope.New());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var events = await project.Engine.EventsAsync(project.Name, stop.Token);

        await project.Deploy(engine);
        var noticed = TimeProvider.System.GetUtcNow();

        var healthy = await events.FirstAsync(one => one.Action == "health_status: healthy", Ct);
        var late = noticed - healthy.At;
        output.WriteLine($"{kind}: noticed {late.TotalMilliseconds:0.0} ms after the event");
        Assert.InRange(late.TotalMilliseconds, -50, 2_000);
        Assert.Equal("slow", healthy.Service);
        Assert.Equal(["healthy"], project.Progress.Where(one => one.Service == "slow").Select(one => one.State).TakeLast(1));
        Assert.Contains(project.Progress, one => one is { Service: "quick", State: "running" });
    }

    [Fact]
    public async Task A_one_shot_that_exits_with_0_is_done_and_dependents_follow_it()
    {
        await using var project = await DeployedProject.Make($"""
            services:
              migrate: {Service("sleep 0.3")}
              seed: {Service("exit 0", more: "labels: {harbor.one-shot: 'true'}")}
              once: {Service("exit 0", more: "restart: 'no'")}
              web: {Service("exec sleep 1000", more: "depends_on: {migrate: {condition: service_completed_successfully}}")}
            """);

        var containers = await project.Deploy();

        Assert.Equal(["Exited", "Exited", "Exited", "Running"], containers.Select(container => container.State.ToString()));
        Assert.Contains(project.Progress, one => one is { Service: "migrate", State: "completed" });
    }

    [Fact]
    public async Task Services_that_have_failed_by_the_time_up_returns_are_all_reported_masked()
    {
        await using var project = await DeployedProject.Make($"""
            services:
              one: {Service("echo giving up with hunter22; exit 143")}
              two: {Service("echo giving up too; exit 143")}
              fine: {Service("exec sleep 1000")}
            """);
        project.Redaction.Add("hunter22");

        // 143 is judged only when up is over: it may be up itself that ended the container.
        var error = await Assert.ThrowsAsync<ServiceFailedException>(() => project.Deploy(afterUp: project.UntilExited("one", "two")));

        Assert.Equal(["one", "two"], error.Failures.Select(failure => failure.Service).Order());
        Assert.All(error.Failures, failure => Assert.Equal("exited with code 143", failure.Why));
        Assert.Contains("giving up with ***", error.Message);
        Assert.DoesNotContain("hunter22", error.Message);
    }

    [Fact]
    public async Task An_unhealthy_service_fails_at_once_with_what_its_check_said()
    {
        var db = Service("echo starting with hunter22; sleep 0.1; echo to stderr >&2; exec sleep 1000",
            check: "echo no route with hunter22; exit 7", retries: 2);
        await using var project = await DeployedProject.Make($"services:\n  db: {db}\n");
        project.Redaction.Add("hunter22");
        var clock = Stopwatch.StartNew();

        var error = await Assert.ThrowsAsync<ServiceFailedException>(() => project.Deploy());

        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 15);
        Assert.Equal("""
            db is unhealthy, its health check exits with 7.
              its health check printed:
                no route with ***
              its last log lines:
                starting with ***
                to stderr
            """, error.Message);
    }

    [Fact]
    public async Task A_dependency_that_compose_gives_up_on_is_reported_with_its_logs()
    {
        await using var project = await DeployedProject.Make($"""
            services:
              migrate: {Service("echo no such table; exit 4")}
              web: {Service("exec sleep 1000", more: "depends_on: {migrate: {condition: service_completed_successfully}}")}
            """);

        var error = await Assert.ThrowsAsync<ServiceFailedException>(() => project.Deploy());

        Assert.StartsWith("migrate exited with code 4.\n  its last log lines:\n    no such table", error.Message);
    }

    [Fact]
    public async Task A_service_that_is_not_ready_in_time_is_named()
    {
        await using var project = await DeployedProject.Make($"""
            services:
              never: {Service("echo waiting for godot; exec sleep 1000", check: "echo not yet; exit 1", retries: 1000)}
              blocked: {Service("exec sleep 1000", more: "depends_on: {never: {condition: service_healthy}}")}
            """);
        project.Timeout = TimeSpan.FromSeconds(2);
        var clock = Stopwatch.StartNew();

        var error = await Assert.ThrowsAsync<ServiceFailedException>(() => project.Deploy());

        Assert.InRange(clock.Elapsed.TotalSeconds, 2, 25);
        Assert.Equal(["blocked", "never"], error.Failures.Select(failure => failure.Service).Order());
        Assert.Contains(
            "never was not ready within 2 s: it is not healthy yet, its health check exits with 1.\n  its health check printed:\n   " +
            " not yet",
            error.Message);
        Assert.Contains("waiting for godot", error.Message);
    }

    [Fact]
    public async Task A_service_that_restarts_again_and_again_fails_after_three_times()
    {
        await using var project = await DeployedProject.Make($"""
            services:
              loop: {Service("echo cannot bind; sleep 0.1; exit 5", more: "restart: always")}
            """);

        var error = await Assert.ThrowsAsync<ServiceFailedException>(() => project.Deploy());

        Assert.StartsWith("loop keeps restarting (3 times", error.Message);
        Assert.Contains("cannot bind", error.Message);
    }

    [Fact]
    public async Task One_that_restarts_again_and_again_while_it_is_being_replaced_is_no_failure()
    {
        await using var project = await DeployedProject.Make($"""
            services:
              loop: {Service("exit 5", more: "restart: always")}
            """);
        await Assert.ThrowsAsync<ServiceFailedException>(() => project.Deploy());
        var old = (await project.Containers())[0].Id;
        project.Compose = project.Compose.Replace("exit 5", "exec sleep 1000", StringComparison.Ordinal);

        var options = new ReadinessOptions { Redaction = project.Redaction, Replaced = new HashSet<string> { old } };
        await using var watch = await ReadinessWatch.StartAsync(project.Engine, await project.Model(), options, Ct);
        var containers = await watch.UntilReadyAsync(UpAsync, Ct);

        Assert.NotEqual(old, Assert.Single(containers).Id);

        // Up, which takes until the old one has ended once more.
        async Task UpAsync(CancellationToken ct)
        {
            var before = (await project.Engine.InspectAsync(old, ct))!.Restarts;
            while ((await project.Engine.InspectAsync(old, ct))!.Restarts < before + 2)
            {
                await Task.Delay(20, ct);
            }

            await project.Tool.UpAsync(project.Project(), [], new UpOverlay { Digests = (await project.Digests()).Services }, null, ct);
        }
    }

    [Fact]
    public async Task A_service_that_ends_though_nothing_says_it_may_is_a_failure_with_the_remedy()
    {
        await using var project = await DeployedProject.Make($"""
            services:
              web: {Service("exit 0")}
            """);

        var error = await Assert.ThrowsAsync<ServiceFailedException>(() => project.Deploy());

        Assert.Contains("label harbor.one-shot", error.Message);
    }

    [Fact]
    public async Task Every_replica_has_to_be_ready()
    {
        await using var project = await DeployedProject.Make($$"""
            services:
              web: {{Service("exec sleep 1000", more: "deploy: {replicas: 3}")}}
            """);

        var containers = await project.Deploy();

        Assert.Equal([1, 2, 3], containers.Select(container => container.Number));
    }

    internal static string Service(string script, string? check = null, string more = "", int retries = 30) =>
        $"{{image: 'debian:bookworm', command: ['sh', '-c', '{script}'], init: true, stop_grace_period: 0s"
        + (check is null ? "" : $", healthcheck: {{test: ['CMD-SHELL', '{check}'], interval: 200ms, retries: {retries}}}")
        + (more.Length == 0 ? "" : ", " + more) + "}";
}
