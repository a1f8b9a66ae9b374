using System.Diagnostics;
using System.Text.Json;
using Harbor.Engines;
using Harbor.Planning;
using Harbor.Readiness;
using Harbor.Tests.Compose;

namespace Harbor.Tests.Engines;

[Trait("Category", "Engine")]
public sealed class RealEngineTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_docker_command_gives_the_same_answers_as_the_socket()
    {
        var web = ReadinessTests.Service("echo out; sleep 0.1; echo err >&2; exec sleep 1000",
            check: "echo fine", more: "ports: ['80', '127.0.0.1::53/udp']");
        await using var project = await DeployedProject.Make($"""
            services:
              web: {web}
              job: {ReadinessTests.Service("exit 0", more: "restart: 'no'")}
            """);
        await project.Deploy();
        await using var socket = new SocketEngine(project.Engine.Endpoint);
        await using var command = new CommandEngine(project.Engine.Endpoint, TestScope.New());

        Assert.Equal(await socket.VersionAsync(Ct), await command.VersionAsync(Ct));
        var containers = await socket.ContainersAsync(project.Name, Ct);
        Assert.Equal(Json(containers), Json(await command.ContainersAsync(project.Name, Ct)));
        Assert.Equal(2, containers.Count);
        foreach (var container in containers)
        {
            // The probes go on between the two questions.
            Assert.Equal(
                Json((await socket.InspectAsync(container.Id, Ct))! with { Probes = [] }),
                Json((await command.InspectAsync(container.Id, Ct))! with { Probes = [] }));
            Assert.Equal(await socket.LogsAsync(container.Id, 20, Ct), await command.LogsAsync(container.Id, 20, Ct));
        }

        Assert.Equal(["out", "err"], await socket.LogsAsync(containers[1].Id, 20, Ct));
        Assert.Equal("fine", (await socket.InspectAsync(containers[1].Id, Ct))!.Probes[0].Output.Trim());
        string[] images = ["debian:bookworm", "no-such-image", containers[0].ImageId];
        var ids = await socket.ImagesAsync(images, Ct);
        Assert.Equal(ids.OrderBy(id => id.Key), (await command.ImagesAsync(images, Ct)).OrderBy(id => id.Key));
        Assert.Equal(["debian:bookworm", containers[0].ImageId], ids.Keys);
    }

    [Theory]
    [InlineData(EndpointKind.Unix)]
    [InlineData(EndpointKind.Command)]
    public async Task A_program_run_in_a_container_gives_its_exit_code_and_all_its_output(EndpointKind kind)
    {
        await using var project =
            await DeployedProject.Make($"services:\n  a: {ReadinessTests.Service("exec sleep 1000", more: "environment: {WHO: me}")}\n");
        var container = Assert.Single(await project.Deploy());
        await using IEngine engine = kind == EndpointKind.Unix
            ? new SocketEngine(project.Engine.Endpoint) : new CommandEngine(project.Engine.Endpoint, TestScope.New());

        Assert.Equal(
            new ExecResult(0, "me\"'$ ü\n"), await engine.ExecAsync(container.Id, ["sh", "-c", "echo $WHO$1", "-", "\"'$ ü"], Ct));
        Assert.Equal(new ExecResult(7, "no\n"), await engine.ExecAsync(container.Id, ["sh", "-c", "sleep 0.2; echo no >&2; exit 7"], Ct));
        Assert.Equal(3_000_000, (await engine.ExecAsync(container.Id, ["head", "--bytes=3000000", "/dev/zero"], Ct)).Output.Length);
        Assert.NotEqual(0, (await engine.ExecAsync(container.Id, ["no-such-program"], Ct)).ExitCode);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        stop.CancelAfter(300);
        var clock = Stopwatch.StartNew();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.ExecAsync(container.Id, ["sleep", "100"], stop.Token));
        Assert.InRange(clock.ElapsedMilliseconds, 200, 15_000);
    }

    [Theory]
    [InlineData(EndpointKind.Unix)]
    [InlineData(EndpointKind.Command)]
    public async Task A_container_is_started_again_and_its_health_check_can_be_run_as_the_engine_does(EndpointKind kind)
    {
        var unhealthy = ReadinessTests.Service("exec sleep 1000", check: "echo fine; exit 3", retries: 1);
        var fine = ReadinessTests.Service("exec sleep 1000");
        await using var project = await DeployedProject.Make($"services:\n  a: {unhealthy}\n  b: {fine}\n");
        await Assert.ThrowsAsync<ServiceFailedException>(() => project.Deploy());
        var containers = await project.Containers();
        await using IEngine engine = kind == EndpointKind.Unix
            ? new SocketEngine(project.Engine.Endpoint) : new CommandEngine(project.Engine.Endpoint, TestScope.New());
        var before = await engine.InspectAsync(containers[0].Id, Ct);

        await engine.StopAsync(containers[0].Id, TimeSpan.Zero, Ct);
        await engine.StartAsync(containers[0].Id, Ct);
        await engine.StartAsync(containers[0].Id, Ct);
        var after = await engine.InspectAsync(containers[0].Id, Ct);

        Assert.True(after!.StartedAt > before!.StartedAt);
        Assert.Equal(new ExecResult(3, "fine\n"), await engine.ExecAsync(containers[0].Id, after.HealthCommand, Ct));
        Assert.Empty((await engine.InspectAsync(containers[1].Id, Ct))!.HealthCommand);
    }

    [Theory]
    [InlineData(EndpointKind.Unix)]
    [InlineData(EndpointKind.Command)]
    public async Task What_is_gone_is_no_error_and_a_taken_name_is(EndpointKind kind)
    {
        await using var project = await DeployedProject.Make(
            $"services:\n  a: {ReadinessTests.Service("exec sleep 1000")}\n  b: {ReadinessTests.Service("exec sleep 1000")}\n");
        var containers = await project.Deploy();
        await using IEngine engine = kind == EndpointKind.Unix
            ? new SocketEngine(project.Engine.Endpoint) : new CommandEngine(project.Engine.Endpoint, TestScope.New());

        await Assert.ThrowsAsync<HarborException>(() => engine.RenameAsync(containers[0].Id, containers[1].Name, Ct));
        await engine.RemoveAsync(containers[0].Id, Ct);
        await engine.RemoveAsync(containers[0].Id, Ct);

        Assert.Null(await engine.InspectAsync(containers[0].Id, Ct));
        Assert.Empty(await engine.LogsAsync(containers[0].Id, 20, Ct));
        Assert.Equal(["b"], (await engine.ContainersAsync(project.Name, Ct)).Select(container => container.Service));
    }

    [Fact]
    public async Task A_tag_that_means_another_image_shows_in_the_list()
    {
        var tag = $"harbortest:{Guid.NewGuid():N}";
        await DeployedProject.Docker("tag", "debian:bookworm", tag);
        await using var project = await DeployedProject.Make(
            $"services:\n  a: {ReadinessTests.Service("exec sleep 1000").Replace("debian:bookworm", tag, StringComparison.Ordinal)}\n");
        var deployed = RunningCheck.Deployed(await project.Deploy());
        Assert.Empty(RunningCheck.Compare(deployed, await project.Containers(), new Dictionary<string, string>()));

        await DeployedProject.Docker("rmi", tag);

        var clock = Stopwatch.StartNew();
        var reasons = RunningCheck.Compare(deployed, await project.Containers(), new Dictionary<string, string>());
        TestContext.Current.TestOutputHelper!.WriteLine($"checked in {clock.Elapsed.TotalMilliseconds:0.0} ms");
        Assert.Equal([$"a: image {tag} changed"], reasons);
    }

    [Theory]
    [InlineData("unix:///nowhere/docker.sock")]
    [InlineData("tcp://no.such.host.invalid:2375")]
    public async Task The_docker_command_s_failure_is_told_with_the_address(string address)
    {
        var environment = new Dictionary<string, string>(TestScope.New().ChildVariables()) { ["DOCKER_HOST"] = address };
        await using var engine = new CommandEngine(EngineEndpoint.Resolve(environment), TestScope.New(environment));

        var error = await Assert.ThrowsAsync<HarborException>(() => engine.InspectAsync("web", Ct));

        Assert.Contains($"{address} (DOCKER_HOST) failed at 'docker inspect'", error.Message);
        Assert.Contains("docker version", error.Message);
    }

    private static string Json<T>(T value) => JsonSerializer.Serialize(value);
}
