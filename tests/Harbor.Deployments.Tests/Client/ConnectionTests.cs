using System.Text.Json;
using Harbor.Deployments.Tests.Server;

namespace Harbor.Deployments.Tests.Client;

/// <summary>Environment variables belong to the process, so that these tests run one after another.</summary>
[Collection("Environment")]
public sealed class ConnectionTests : IDisposable
{
    private static readonly string[] Variables = ["HARBOR_BACKEND_URL", "SYNTH_BACKEND_URL", "HARBOR_API_KEY", "SYNTH_API_KEY"];

    public ConnectionTests() => Clear();

    public void Dispose() => Clear();

    [Fact]
    public void The_URL_is_the_argument_or_a_variable_or_localhost()
    {
        Assert.Equal("http://localhost:8000", new HarborConnection(apiKey: "k").BackendUrl);
        Environment.SetEnvironmentVariable("SYNTH_BACKEND_URL", "https://synth.example/api/");
        Assert.Equal("https://synth.example", new HarborConnection(apiKey: "k").BackendUrl);
        Environment.SetEnvironmentVariable("HARBOR_BACKEND_URL", "https://harbor.example");
        Assert.Equal("https://harbor.example", new HarborConnection(apiKey: "k").BackendUrl);
        Assert.Equal("http://x:1", new HarborConnection("http://x:1", "k").BackendUrl);
    }

    [Theory]
    [InlineData("http://h/")]
    [InlineData("http://h/api")]
    [InlineData("http://h/v1/")]
    [InlineData("http://h/api/v1")]
    [InlineData(" http://h/api/v1/// ")]
    public void What_clients_append_is_stripped(string url) => Assert.Equal("http://h", new HarborConnection(url, "k").BackendUrl);

    [Theory]
    [InlineData("h:8000")]
    [InlineData("ftp://h")]
    [InlineData("http://me:secret@h")]
    public void What_is_no_backend_is_refused_without_repeating_it(string url)
    {
        var error = Assert.Throws<ArgumentException>(() => new HarborConnection(url, "k"));

        Assert.Equal("The backend URL must begin with http:// or https:// and hold no password.", error.Message);
    }

    [Fact]
    public void The_key_is_the_argument_or_a_variable_and_without_one_the_error_says_what_to_do()
    {
        var error = Assert.Throws<ArgumentException>(() => new HarborConnection());
        Assert.Equal("api_key is required. Set HARBOR_API_KEY (or SYNTH_API_KEY) or pass apiKey.", error.Message);

        Environment.SetEnvironmentVariable("SYNTH_API_KEY", "s");
        Assert.Equal("s", new HarborConnection().ApiKey);
        Environment.SetEnvironmentVariable("HARBOR_API_KEY", "h");
        Assert.Equal("h", new HarborConnection().ApiKey);
        Assert.Equal("a", new HarborConnection(apiKey: "a\n").ApiKey);
    }

    [Fact]
    public async Task No_text_and_no_error_shows_the_key()
    {
        await using var server = await ContractServer.StartAsync();
        var reference = new HarborDeploymentRef { DeploymentId = "d", BackendUrl = server.Url, ApiKey = ContractServer.Key };
        var config = new EvalJobConfig { ApiKey = ContractServer.Key, TaskAppApiKey = ContractServer.Key, TaskAppUrl = "u" };
        server.Fail(400, $$"""{"detail": "bad key {{ContractServer.Key}}", "code": "x", "errors": []}""");
        var answered = await Assert.ThrowsAsync<HarborApiException>(
            () => new HarborDeploymentUploader(server.Connection).GetStatusAsync("d"));

        Assert.Equal("Harbor API error (400): bad key ***", answered.Message);
        string[] texts =
        [
            $"{server.Connection}", $"{reference}", $"{config}", $"{answered}",
            JsonSerializer.Serialize(answered.Details, HarborJson.Default.HarborErrorAnswer),
            $"{await Uploaded(server)}",
        ];
        Assert.All(texts, text => Assert.DoesNotContain(ContractServer.Key, text, StringComparison.Ordinal));
        Assert.Contains("ApiKey = ***", $"{reference}", StringComparison.Ordinal);
    }

    private static async Task<HarborDeploymentResult> Uploaded(ContractServer server)
    {
        using var folder = new Harbor.Tests.TemporaryFolder();
        folder.Write("Dockerfile", "FROM scratch");
        return await new HarborDeploymentUploader(server.Connection).UploadAsync(
            new HarborBuildSpec { Name = "a", ContextDir = folder.Path, DockerfilePath = "Dockerfile" });
    }

    private static void Clear() => Array.ForEach(Variables, name => Environment.SetEnvironmentVariable(name, null));
}
