using Harbor.Processes;

namespace Harbor.EndToEnd;

/// <summary>Quick tunnels, with a stand-in for cloudflared that keeps what was recorded of the real one, with its faults.</summary>
[Trait("Category", "Engine")]
public sealed class TunnelTests : IAsyncDisposable
{
    private const UnixFileMode Program = (UnixFileMode)0b111_101_101;
    private readonly TestProject _project = new();

    public TunnelTests()
    {
        _project.Replace("etc/harbor.yaml", "[web, worker, init]", "[web]");
        _project.Listen("web");
        File.Copy(Path.Combine(Repository.Root, "tests/Harbor.EndToEnd/Doubles/cloudflared"), PathOf("cloudflared"));
        File.SetUnixFileMode(PathOf("cloudflared"), Program);
        _project.Environment["PATH"] = $"{_project.PathOf("bin")}:{_project.Environment["PATH"]}";
    }

    public async ValueTask DisposeAsync()
    {
        await _project.HarborAsync("tunnel", "stop");
        await _project.DisposeAsync();
    }

    [Fact]
    public async Task A_step_opens_a_tunnel_that_survives_deploys_and_kills_and_ends_with_Destroy()
    {
        _project.Replace(
            "etc/harbor.yaml", "- { action: health }",
            "- { action: net.tunnel.quick, service: web, when: \"${TUNNEL}\" }");
        _project.Replace("etc/harbor.yaml", "destroy:", """
            hooks:
              post_deploy: [{ type: shell, host: true, run: "echo hook sees $HARBOR_TUNNEL_WEB_URL" }]
            destroy:
            """);
        using (var free = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0))
        {
            free.Start(); // At a port of the engine's choice, each recreated container would have another one.
            _project.Replace(
                "etc/stacks/compose.web.yml", "0.0.0.0:0:", $"127.0.0.1:{((System.Net.IPEndPoint)free.LocalEndpoint).Port}:");
        }

        _project.Write("stacks/web/templates/web.conf", "at {{HARBOR_TUNNEL_WEB_URL}}\n");
        await _project.ExpectAsync(0, "--target=Allow");
        var without = await _project.ExpectAsync(0, "deploy", "--set=TUNNEL=");
        var first = await _project.ExpectAsync(0, "deploy", "--set=TUNNEL=1");
        var url = (await _project.ExpectAsync(0, "tunnel", "url", "web")).Output.Trim();
        await _project.ExpectAsync(0, "deploy", "--set=TUNNEL=1");
        var third = await _project.ExpectAsync(0, "deploy", "--set=TUNNEL=1");
        var list = await _project.ExpectAsync(0, "tunnel", "ls");
        var call = _project.Read("bin/calls");

        Assert.Contains("'when: ${TUNNEL}' is false", (await _project.ExpectAsync(0, "deploy", "--set=TUNNEL=", "-v", "Verbose")).Output);
        Assert.Matches(@"^https://made-up-words-\d+\.trycloudflare\.com$", url);
        Assert.DoesNotContain("trycloudflare", without.Output);
        Assert.Contains($"web  {url}", first.Output);
        Assert.Contains($"hook sees {url}", first.Output);
        Assert.Equal($"at {url}\n", _project.Read("var/run/web/config/web.conf"));
        Assert.Contains("up to date", third.Output);
        Assert.Matches($@"web +open +{url} +http://127\.0\.0\.1:\d+", list.Output);
        Assert.Equal(1, call.Count(c => c == '\n'));
        Assert.Contains($"HOME={_project.PathOf("var/state/tunnels")}", call);

        await _project.ExpectAsync(0, "destroy");
        Assert.Equal("No tunnel is open.\n", (await _project.ExpectAsync(0, "tunnel", "ls")).Output);
        Assert.Empty(await RunningAsync());
    }

    [Theory]
    [InlineData("429", "Cloudflare refuses more quick tunnels from here for now.")]
    [InlineData("dns", "this machine finds no address of Cloudflare (DNS).")]
    [InlineData("never", "was not connected within 2 s")]
    public async Task A_tunnel_that_fails_says_why_and_leaves_nothing(string mode, string expected)
    {
        await _project.ExpectAsync(0, "deploy");
        Mode(mode);

        var failed = await _project.ExpectAsync(1, "tunnel", "web", "--timeout=2s");

        Assert.Contains(expected, failed.Error + failed.Output);
        Assert.Equal("No tunnel is open.\n", (await _project.ExpectAsync(0, "tunnel", "ls")).Output);
        Assert.Empty(await RunningAsync());
    }

    [Fact]
    public async Task A_taken_port_is_tried_again_and_one_that_is_slow_lost_or_stubborn_is_handled()
    {
        await _project.ExpectAsync(0, "deploy");
        Mode("port");
        var retried = (await _project.ExpectAsync(0, "tunnel", "web")).Output.Trim();
        Assert.Equal(retried, (await _project.ExpectAsync(0, "tunnel", "web")).Output.Trim());
        await _project.ExpectAsync(0, "tunnel", "stop", "web");
        Mode("slow");
        Assert.StartsWith("https://", (await _project.ExpectAsync(0, "tunnel", "web")).Output, StringComparison.Ordinal);
        await _project.ExpectAsync(0, "tunnel", "stop");
        Mode("lost");
        var lost = (await _project.ExpectAsync(0, "tunnel", "web")).Output.Trim();
        _project.Write("bin/gone", "");
        var list = await _project.ExpectAsync(0, "tunnel", "ls");
        var url = await _project.ExpectAsync(0, "tunnel", "url");
        _project.Write("bin/MODE", "stubborn");
        var again = (await _project.ExpectAsync(0, "tunnel", "web")).Output.Trim();

        Assert.Contains("unconnected", list.Output);
        Assert.Contains("leads nowhere now", url.Error);
        Assert.NotEqual(lost, again);
        await _project.ExpectAsync(0, "tunnel", "down");
        Assert.Empty(await RunningAsync());
    }

    [Fact]
    public async Task A_tunnel_is_found_after_a_kill_and_what_can_not_be_reached_is_refused()
    {
        await _project.ExpectAsync(0, "deploy", "worker");
        Mode("never");
        using var opening = _project.Start("tunnel", "web");
        await TestProject.EventuallyAsync(async () => (await RunningAsync()).Count > 0);
        opening.Kill();
        await opening.WaitForExitAsync(TestContext.Current.CancellationToken);
        var list = await _project.ExpectAsync(0, "tunnel", "ls");
        var none = await _project.ExpectAsync(1, "tunnel", "worker");
        var unknown = await _project.ExpectAsync(2, "tunnel", "wbe");
        var other = await _project.ExpectAsync(2, "tunnel", "stop", "wbe");
        var stopped = await _project.ExpectAsync(0, "tunnel", "stop");

        Assert.Contains("unconnected", list.Output);
        Assert.Contains("worker exposes no port", none.Error + none.Output);
        Assert.Contains("Did you mean 'web'?", unknown.Error + unknown.Output);
        Assert.Contains("There is no tunnel to 'wbe'. Did you mean 'web'?", other.Error + other.Output);
        Assert.Contains("closed the tunnel to web", stopped.Output);
        Assert.Empty(await RunningAsync());
    }

    [Fact]
    public async Task Without_the_program_the_image_is_used_on_the_service_s_network()
    {
        var image = $"{_project.Name}-cloudflared:test";
        _project.Write("image/Dockerfile", "FROM debian:bookworm\nCOPY cloudflared /cf/cloudflared\nENTRYPOINT [\"/cf/cloudflared\"]\n");
        File.Move(PathOf("cloudflared"), _project.PathOf("image/cloudflared"));
        await TestProject.DockerAsync("build", "--quiet", "--tag", image, _project.PathOf("image"));
        _project.Environment["HARBOR_CLOUDFLARED_IMAGE"] = image;
        try
        {
            await _project.ExpectAsync(0, "deploy");

            var url = (await _project.ExpectAsync(0, "tunnel", "web")).Output.Trim();
            var list = await _project.ExpectAsync(0, "tunnel", "ls");
            await _project.ExpectAsync(0, "deploy");
            _project.Environment["DOCKER_HOST"] = "unix:///nowhere.sock";
            var unknown = await _project.ExpectAsync(1, "tunnel", "stop");
            _project.Environment.Remove("DOCKER_HOST");
            var kept = await _project.ExpectAsync(0, "tunnel", "url");
            await _project.ExpectAsync(0, "destroy");

            Assert.Contains("What became of the tunnel to web is not known, so it stays in the list", unknown.Error);
            Assert.Equal(url, kept.Output.Trim());
            Assert.Matches($@"web +open +{url} +http://web:8080", list.Output);
            var label = $"label=harbor.tunnel={_project.Name}/web";
            Assert.Equal("", await TestProject.DockerAsync("ps", "--all", "--quiet", "--filter", label));
        }
        finally
        {
            await _project.HarborAsync("tunnel", "stop");
            await TestProject.DockerAsync("image", "rm", "--force", image);
        }
    }

    private void Mode(string mode)
    {
        _project.Write("bin/MODE", mode);
        File.Delete(PathOf("once"));
        File.Delete(PathOf("gone"));
    }

    private string PathOf(string program)
    {
        Directory.CreateDirectory(_project.PathOf("bin"));
        return _project.PathOf($"bin/{program}");
    }

    /// <summary>The stand-ins of this project that run.</summary>
    private async Task<IReadOnlyList<string>> RunningAsync()
    {
        var found = await new Command(TestScope.New(), "pgrep", "--full", _project.PathOf("bin/cloudflared"))
            .TryRunAsync(CancellationToken.None);
        return found.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
