using System.Net;
using System.Net.Sockets;

namespace Harbor.EndToEnd;

/// <summary>Published ports that something else has.</summary>
[Trait("Category", "Engine")]
public sealed class PortTests : IAsyncDisposable
{
    private readonly TestProject _project = new();
    private readonly TcpListener _other = new(IPAddress.Loopback, 0);

    public PortTests()
    {
        _other.Start();
        Port = ((IPEndPoint)_other.LocalEndpoint).Port;
        _project.Replace("etc/harbor.yaml", "- { action: health }", "- { action: logs }");
        _project.Replace("etc/harbor.yaml", "[web, worker, init]", "[web]");
        _project.Write("etc/sys.env", "GREETING=hello\nWEB_PORT=0\n");
        Service("web", "127.0.0.1:${WEB_PORT}:80");
    }

    private int Port { get; }

    public async ValueTask DisposeAsync()
    {
        _other.Dispose();
        await _project.DisposeAsync();
    }

    [Theory]
    [InlineData("127.0.0.1:")]
    [InlineData("")]
    public async Task A_port_that_a_process_has_is_found_before_anything_is_stopped(string address)
    {
        Service("web", $"{address}${{WEB_PORT}}:80");
        await _project.ExpectAsync(0, "--target=Deploy");
        var before = await _project.ContainersAsync();

        var plan = await _project.ExpectAsync(10, "--target=Plan", "--exit-code", $"--set=WEB_PORT={Port}");
        var failed = await _project.ExpectAsync(1, "--target=Deploy", $"--set=WEB_PORT={Port}");

        var message = $@"web: port {Port} is used by .+ \(pid {Environment.ProcessId}\)\. " +
            @"WEB_PORT is set by --set: set another value, or end that\.";
        Assert.Matches($@"Ports that are taken: the deploy would fail\n  ! {message}", plan.Output);
        Assert.Matches($"^{message}", failed.Error);
        Assert.Equal(before, await _project.ContainersAsync());
        Assert.Contains("running", (await _project.ExpectAsync(0, "--target=Status", "--exit-code")).Output);
        Assert.Contains("up to date", (await _project.ExpectAsync(0, "--target=Deploy")).Output);
    }

    [Fact]
    public async Task A_port_that_another_stacks_container_has_is_found_and_its_own_is_not_in_its_way()
    {
        await using var other = new TestProject();
        other.Replace("etc/harbor.yaml", "[web, worker, init]", "[web]");
        other.Replace("etc/harbor.yaml", "- { action: health }", "- { action: logs }");
        _other.Stop();
        Service("web", $"127.0.0.1:{Port}:80", other);
        await other.ExpectAsync(0, "--target=Deploy");
        Service("web", $"127.0.0.1:{Port}:81", other);
        await other.ExpectAsync(0, "--target=Deploy");

        var failed = await _project.ExpectAsync(1, "--target=Deploy", $"--set=WEB_PORT={Port}");

        Assert.StartsWith($"web: port {Port} is used by the container {other.Name}-web-1.", failed.Error);
        Assert.Empty(await _project.ContainersAsync());
    }

    [Fact]
    public async Task Two_services_with_one_port_are_told_and_two_addresses_do_not_collide()
    {
        _other.Stop();
        _project.Replace("etc/harbor.yaml", "[web]", "[web, worker]");
        Service("worker", $"127.0.0.2:{Port}:80");
        Service("web", $"127.0.0.1:{Port}:80");
        await _project.ExpectAsync(0, "--target=Deploy");
        Service("worker", $"{Port}:80");

        var failed = await _project.ExpectAsync(1, "--target=Deploy");

        Assert.StartsWith($"worker: port {Port} is used by the service web. Publish another one, or end that.", failed.Error);
    }

    private void Service(string name, string port, TestProject? project = null) =>
        (project ?? _project).Write($"etc/stacks/compose.{name}.yml", $"""
            services:
              {name}:
                image: debian:bookworm
                init: true
                command: [sleep, "100000"]
                stop_grace_period: 0s
                ports: ["{port}"]
            """);
}
