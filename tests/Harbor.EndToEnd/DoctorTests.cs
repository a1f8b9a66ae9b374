using System.Text.Json;

namespace Harbor.EndToEnd;

public sealed class DoctorTests : IAsyncDisposable
{
    private readonly TestProject _project = new();

    public ValueTask DisposeAsync() => _project.DisposeAsync();

    [Fact]
    [Trait("Category", "Engine")]
    public async Task A_sound_project_has_no_error_and_a_document_of_all_checks()
    {
        var text = await _project.ExpectAsync(0, "doctor");
        var document = JsonDocument.Parse((await _project.ExpectAsync(0, "doctor", "--output=json")).Output).RootElement;

        var checks = document.GetProperty("checks").EnumerateArray().ToList();
        Assert.Equal(0, document.GetProperty("errors").GetInt32());
        Assert.All(
            ["docker", "engine", "compose", "runtimes", "clock", "disk", "memory", "gpu", "project", "ports", "keys", "env", "state"],
            name => Assert.Contains(checks, check => check.GetProperty("check").GetString() == name));
        Assert.Contains("0 errors, ", text.Output);
        Assert.False(Directory.Exists(_project.PathOf("var")));
    }

    [Fact]
    [Trait("Category", "Engine")]
    public async Task Every_fault_has_its_remedy_and_what_is_safe_is_fixed()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        _project.Replace("etc/stacks/compose.web.yml", "    init: true", $"    init: true\n    ports: [\"{port}:80\"]");
        _project.Write(".env", "A=1\n");
        var ports = await _project.ExpectAsync(1, "doctor", "--check");
        File.SetUnixFileMode(_project.PathOf("etc/secrets.env"), (UnixFileMode)0b110_100_100);
        var before = await _project.ExpectAsync(1, "doctor", "--check");
        var fix = await _project.ExpectAsync(0, "doctor", "--check", "--fix");

        Assert.Contains($"web: port {port} is used by ", ports.Output);
        Assert.Contains("error    keys", before.Output);
        Assert.Contains("-> chmod 600 etc/secrets.env", before.Output);
        Assert.Contains("fixed    keys", fix.Output);
        Assert.Contains(".env is there, but no layer reads it.", fix.Output);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_project.PathOf("etc/secrets.env")));
    }

    [Fact]
    public async Task Without_an_engine_and_with_a_broken_descriptor_it_says_both()
    {
        _project.Environment["DOCKER_HOST"] = $"unix://{_project.PathOf("no.sock")}";
        _project.Replace("etc/harbor.yaml", "profiles:", "profils:");

        var found = await _project.ExpectAsync(1, "doctor", "--check");

        Assert.Contains("error    engine   No engine answers at unix://", found.Output);
        Assert.Contains("unset what names it: DOCKER_HOST", found.Output);
        Assert.Contains("etc/harbor.yaml:3:1: ", found.Output);
    }
}
