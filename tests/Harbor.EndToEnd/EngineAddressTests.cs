using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Harbor.EndToEnd;

[Trait("Category", "Engine")]
public sealed class EngineAddressTests
{
    [Fact]
    public async Task An_engine_behind_a_tcp_address_is_deployed_to()
    {
        await using var bridge = new EngineBridge(new IPEndPoint(IPAddress.Loopback, 0));
        await using var project = new TestProject();
        project.Environment["DOCKER_HOST"] = $"tcp://127.0.0.1:{bridge.Port}";

        await DeployTwiceAndDestroyAsync(project, bridge);
    }

    [Fact]
    public async Task The_current_docker_context_is_honoured()
    {
        await using var project = new TestProject();
        await using var bridge = new EngineBridge(new UnixDomainSocketEndPoint(project.PathOf("x.sock")));
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("x")));
        project.Write("docker/config.json", """{"currentContext": "x"}""");
        project.Write($"docker/contexts/meta/{id}/meta.json", $$$"""
            {"Name": "x", "Metadata": {},
             "Endpoints": {"docker": {"Host": "unix://{{{project.PathOf("x.sock")}}}", "SkipTLSVerify": false} } }
            """);
        project.Environment.Remove("DOCKER_HOST");
        project.Environment["DOCKER_CONFIG"] = project.PathOf("docker");

        await DeployTwiceAndDestroyAsync(project, bridge);
    }

    /// <summary>All three ways to ask the engine: Harbor's own connections, Compose's, and no Compose at all.</summary>
    private static async Task DeployTwiceAndDestroyAsync(TestProject project, EngineBridge bridge)
    {
        var first = await project.ExpectAsync(0, "--target=Deploy");
        var asked = bridge.Connections;
        var second = await project.ExpectAsync(0, "--target=Deploy");

        Assert.Contains("healthy", first.Output);
        Assert.InRange(asked, 2, int.MaxValue);
        Assert.Contains("up to date", second.Output);
        Assert.InRange(bridge.Connections, asked + 1, asked + 4); // Four containers are inspected at once.
        await project.ExpectAsync(0, "--target=Destroy", "--volumes");
        Assert.Empty(await project.ContainersAsync());
    }
}
