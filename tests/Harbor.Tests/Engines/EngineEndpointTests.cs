using System.Security.Cryptography;
using System.Text;
using Harbor.Engines;

namespace Harbor.Tests.Engines;

public sealed class EngineEndpointTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("harbor-docker-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Theory]
    [InlineData("unix:///run/x.sock", EndpointKind.Unix)]
    [InlineData("tcp://10.0.0.1:2375", EndpointKind.Tcp)]
    [InlineData("ssh://me@machine", EndpointKind.Command)]
    [InlineData("npipe:////./pipe/docker_engine", EndpointKind.Command)]
    public void DOCKER_HOST_decides_before_any_context(string host, EndpointKind kind)
    {
        Configure("""{"currentContext":"away"}""");

        var endpoint = Resolve(("DOCKER_HOST", host), ("DOCKER_CONTEXT", "away"));

        Assert.Equal(new EngineEndpoint(kind, host, "DOCKER_HOST"), endpoint);
    }

    [Fact]
    public void TLS_is_left_to_the_docker_command() =>
        Assert.Equal(EndpointKind.Command, Resolve(("DOCKER_HOST", "tcp://10.0.0.1:2376"), ("DOCKER_TLS_VERIFY", "1")).Kind);

    [Fact]
    public void Without_anything_it_is_the_default_socket()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A named pipe there.");

        Assert.Equal(new EngineEndpoint(EndpointKind.Unix, "unix:///var/run/docker.sock", "the default"), Resolve());
        Configure("""{"auths":{},"currentContext":"default"}""");
        Assert.Equal("the default", Resolve().Source);
        Assert.Equal("/var/run/docker.sock", Resolve().SocketPath);
    }

    [Fact]
    public void The_current_context_of_the_configuration_is_followed()
    {
        Configure("""{"currentContext":"away"}""");
        Context("away", """{"Name":"away","Endpoints":{"docker":{"Host":"unix:///run/away.sock"}}}""");

        Assert.Equal(new EngineEndpoint(EndpointKind.Unix, "unix:///run/away.sock", "docker context 'away'"), Resolve());
    }

    [Fact]
    public void DOCKER_CONTEXT_decides_before_the_configuration()
    {
        Configure("""{"currentContext":"away"}""");
        Context("near", """{"Endpoints":{"docker":{"Host":"tcp://near"}}}""");

        var endpoint = Resolve(("DOCKER_CONTEXT", "near"));

        Assert.Equal((EndpointKind.Tcp, "near", ("near", 2375)), (endpoint.Kind, endpoint.PublicHost, endpoint.HostAndPort()));
    }

    [Fact]
    public void A_context_with_TLS_material_is_left_to_the_docker_command()
    {
        Context("safe", """{"Endpoints":{"docker":{"Host":"tcp://safe:2376"}}}""");
        Directory.CreateDirectory(Path.Combine(_home, ".docker", "contexts", "tls", Id("safe"), "docker"));

        Assert.Equal(EndpointKind.Command, Resolve(("DOCKER_CONTEXT", "safe")).Kind);
    }

    [Fact]
    public void DOCKER_CONFIG_moves_the_configuration()
    {
        Configure("""{"currentContext":"away"}""");
        Context("away", """{"Endpoints":{"docker":{"Host":"unix:///run/away.sock"}}}""");
        var moved = Path.Combine(_home, "moved");
        Directory.Move(Path.Combine(_home, ".docker"), moved);

        Assert.Equal("unix:///run/away.sock", Resolve(("DOCKER_CONFIG", moved)).Address);
    }

    [Fact]
    public void A_context_that_does_not_exist_is_an_error_that_names_who_asked()
    {
        var error = Assert.Throws<HarborException>(() => Resolve(("DOCKER_CONTEXT", "gone")));

        Assert.Contains("no docker context 'gone', which DOCKER_CONTEXT names", error.Message);
    }

    [Theory]
    [InlineData("{", "config.json could not be read")]
    [InlineData("""{"currentContext":"empty"}""", "'empty' names no engine")]
    public void A_broken_configuration_is_an_error_that_names_it(string config, string message)
    {
        Configure(config);
        Context("empty", "{}");

        Assert.Contains(message, Assert.Throws<HarborException>(() => Resolve()).Message);
    }

    private EngineEndpoint Resolve(params (string Name, string Value)[] environment) =>
        EngineEndpoint.Resolve(environment.Append(("HOME", _home)).ToDictionary(pair => pair.Item1, pair => pair.Item2));

    private void Configure(string json) => Write("config.json", json);

    private void Context(string name, string json) => Write(Path.Combine("contexts", "meta", Id(name), "meta.json"), json);

    private void Write(string path, string text)
    {
        var full = Path.Combine(_home, ".docker", path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    private static string Id(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
