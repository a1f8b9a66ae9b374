using System.Text.Json;
using Harbor.Processes;

namespace Harbor.EndToEnd;

/// <summary>The verbs that av/harbor's users type, on real containers.</summary>
[Trait("Category", "Engine")]
public sealed class ClassicVerbTests : IAsyncDisposable
{
    private readonly TestProject _project = new();

    public ClassicVerbTests()
    {
        _project.Replace("etc/harbor.yaml", "[web, worker, init]", "[web]");
        _project.Listen("web");
        _project.Environment.Remove("DISPLAY");
        _project.Environment.Remove("WAYLAND_DISPLAY");
    }

    public ValueTask DisposeAsync() => _project.DisposeAsync();

    [Fact]
    public async Task Up_adds_services_and_its_address_is_printed_opened_and_drawn()
    {
        _project.Write("bin/xdg-open", "#!/bin/sh\necho \"$1\" >>\"$(dirname \"$0\")/opened\"\n", (UnixFileMode)0b111_101_101);
        await _project.ExpectAsync(0, "up", "worker");
        var address = (await _project.ExpectAsync(0, "url", "web")).Output.Trim();
        var lan = (await _project.ExpectAsync(0, "url", "web", "--lan")).Output.Trim();
        var inside = await _project.ExpectAsync(0, "url", "web", "-i");
        var none = await _project.ExpectAsync(1, "url", "worker");
        var active = await _project.ExpectAsync(0, "ls", "--active");
        var printed = await _project.ExpectAsync(0, "open", "web");
        var code = await _project.ExpectAsync(0, "qr", "web");
        _project.Environment["DISPLAY"] = ":0";
        _project.Environment["PATH"] = $"{_project.PathOf("bin")}:{_project.Environment["PATH"]}";
        await _project.ExpectAsync(0, "up", "web", "--open");

        Assert.Matches(@"^http://localhost:\d+$", address);
        Assert.Matches(@"^http://\d+\.\d+\.\d+\.\d+:\d+$", lan);
        Assert.Equal("http://web:8080\n", inside.Output);
        Assert.Contains("worker has no address: it publishes no port.", none.Error);
        Assert.Matches(@"web +default +running\n(.*\n)*worker +- +running", active.Output);
        Assert.Equal(address + "\n", printed.Output);
        Assert.EndsWith($"\n{lan}\n", code.Output, StringComparison.Ordinal);
        Assert.Contains("▄", code.Output);
        Assert.Equal(address + "\n", _project.Read("bin/opened"));
    }

    [Fact]
    public async Task A_shell_needs_no_terminal_and_words_may_be_swapped()
    {
        await _project.ExpectAsync(0, "up");
        var shell = await (_project.Command("shell", "web") with { Input = "echo inside; exit 3\n" }).TryRunAsync(CancellationToken.None);
        var swapped = await _project.Command("web", "exec", "sh", "-c", "exit 4").TryRunAsync(CancellationToken.None);
        var unknown = await _project.ExpectAsync(2, "shell", "wbe");
        await TestProject.DockerAsync("stop", $"{_project.Name}-web-1");
        var stopped = await _project.ExpectAsync(1, "shell", "web");
        var size = JsonDocument.Parse((await _project.ExpectAsync(0, "size", "--output=json")).Output).RootElement;

        Assert.Equal((3, "inside\n"), (shell.ExitCode, shell.Output));
        Assert.Equal(4, swapped.ExitCode);
        Assert.Contains("'web exec' is taken as 'exec web'.", swapped.Error);
        Assert.Contains("'wbe' has no container. Did you mean 'web'?", unknown.Error);
        Assert.Contains("web is not running", stopped.Error);
        Assert.InRange(size.GetProperty("services")[0].GetProperty("image").GetInt64(), 10_000_000, 2_000_000_000);
    }

    [Fact]
    public async Task What_cmd_and_eject_print_is_what_Compose_takes()
    {
        var command = (await _project.ExpectAsync(0, "cmd", "worker")).Output.Trim();
        var ejected = await _project.ExpectAsync(0, "eject", "worker");
        var inline = await _project.ExpectAsync(0, "eject", "worker", "--inline");
        _project.Write("ejected.yml", ejected.Output);
        var services = await RunAsync($"{command} config --services", new() { ["LEVEL"] = "1", ["PASSWORD"] = "p" });
        var again = await RunAsync(
            "docker compose --file ejected.yml config --format json", new() { ["PASSWORD"] = TestProject.Secret });

        Assert.Equal(["web", "worker"], services.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
        Assert.DoesNotContain(TestProject.Secret, ejected.Output, StringComparison.Ordinal);
        Assert.Contains("Set before you use it: PASSWORD", ejected.Error);
        Assert.Contains("The file holds the stack's secrets.", inline.Error);
        var model = JsonDocument.Parse(again).RootElement;
        Assert.Equal(_project.Name, model.GetProperty("name").GetString());
        Assert.Equal("1", model.GetProperty("services").GetProperty("worker").GetProperty("environment").GetProperty("LEVEL").GetString());
        Assert.Equal("PASSWORD", model.GetProperty("secrets").GetProperty("password").GetProperty("environment").GetString());
    }

    [Fact]
    public async Task Without_an_engine_looking_works_and_everything_else_says_so()
    {
        _project.Environment["DOCKER_HOST"] = $"unix://{_project.PathOf("no.sock")}";

        var list = await _project.ExpectAsync(0, "ls");
        var url = await _project.ExpectAsync(1, "url", "web");
        await _project.ExpectAsync(0, "cmd");

        Assert.Matches(@"web +default +\?", list.Output);
        Assert.Contains("What runs is not known: ", list.Error);
        Assert.Contains("no.sock (DOCKER_HOST) does not exist", url.Error);
    }

    private async Task<string> RunAsync(string line, Dictionary<string, string> variables)
    {
        foreach (var (name, value) in _project.Environment.Where(variable => variable.Key != "DISPLAY"))
        {
            variables.TryAdd(name, value);
        }

        return (await new Command(TestScope.New(), "sh", "-c", line) { Environment = variables, WorkingDirectory = _project.Root }
            .RunAsync(CancellationToken.None)).Output;
    }
}
