using System.Text.Json;

namespace Harbor.EndToEnd;

/// <summary>What a user of the quick start tripped over.</summary>
[Trait("Category", "Engine")]
public sealed class UseTests : IAsyncDisposable
{
    private readonly TestProject _project = new();

    public UseTests()
    {
        _project.Replace("etc/harbor.yaml", "[web, worker, init]", "[web]");
        _project.Environment["NO_COLOR"] = "";
        _project.Environment["TERM"] = "xterm";
    }

    public ValueTask DisposeAsync() => _project.DisposeAsync();

    [Fact]
    public async Task A_Deploy_that_is_not_up_to_date_names_what_changed()
    {
        await _project.ExpectAsync(0, "--target=Deploy");
        _project.Write("etc/sys.env", "GREETING=hello\nLEVEL=2\nNEW=1\n");
        var variables = await _project.ExpectAsync(0, "--target=Deploy");
        _project.Replace("etc/harbor.yaml", "default: { services: [web] }", "default: { services: [web, worker] }");
        var selection = await _project.ExpectAsync(0, "--target=Deploy");
        _project.Write("etc/sys.env", "GREETING=hello\nLEVEL=2\n" + string.Concat(Enumerable.Range(1, 9).Select(i => $"V{i}=1\n")));
        var many = await _project.ExpectAsync(0, "--target=Deploy");

        Assert.Equal(["LEVEL changed", "NEW added"], Changed(variables.Output));
        Assert.Equal(["etc/harbor.yaml", "the selected compose files", "the selected services"], Changed(selection.Output).Take(3));
        Assert.Equal("5 more variables", Changed(many.Output)[^1]);

        static List<string> Changed(string output) => [.. output.Split('\n')
            .Where(line => line.StartsWith("changed: ", StringComparison.Ordinal)).Select(line => line["changed: ".Length..])];
    }

    [Fact]
    public async Task On_a_terminal_state_and_plan_have_colours_and_a_wide_table_of_variables_becomes_blocks()
    {
        await _project.ExpectAsync(0, "--target=Deploy");
        await TestProject.DockerAsync("kill", $"{_project.Name}-web-1");
        _project.Write("etc/sys.env", $"GREETING=hallo\nLEVEL=1\nLONG={new string('x', 70)}\n");

        var status = await SeenAsync("status");
        var plan = await SeenAsync("plan");
        var variables = await SeenAsync("env");
        var piped = await _project.ExpectAsync(0, "env");

        Assert.Matches(@"web +\x1b\[31mexited\x1b\[0m", status);
        Assert.Contains("\e[33m  ~ GREETING changed\e[0m (etc/sys.env:1)", plan);
        Assert.Contains("\e[31m-greeting hello\e[0m\r\n\e[32m+greeting hallo\e[0m", plan);
        Assert.Contains("GREETING = hallo\r\n  set by    etc/sys.env:1\r\n  read by   stacks/web/templates/web.conf:1\r\n", variables);
        Assert.StartsWith("\nEnv\n---\nNAME ", piped.Output);
    }

    [Fact]
    public async Task Both_streams_of_a_hook_keep_their_order()
    {
        _project.Write("etc/harbor.yaml", _project.Read("etc/harbor.yaml").TrimEnd() + """

            hooks:
              post_deploy: [{ type: shell, host: true, run: "for i in 1 2 3 4 5; do echo out $i; echo err $i >&2; done" }]

            """);
        await _project.ExpectAsync(0, "--target=Allow");

        var deployed = await _project.ExpectAsync(0, "--target=Deploy");

        Assert.Contains(string.Concat(Enumerable.Range(1, 5).Select(i => $"out {i}\nerr {i}\n")), deployed.Output);
    }

    [Fact]
    public async Task What_is_wrong_is_said_at_once_and_with_its_remedy()
    {
        _project.Replace("etc/harbor.yaml", "action: compose.up, timeout: 60s", "action: compose.pu, timeout: soon");
        var descriptor = await _project.ExpectAsync(2, "--target=Plan");
        _project.Replace("etc/harbor.yaml", "compose.pu, timeout: soon", "compose.up");
        _project.Replace("etc/harbor.yaml", "[web]", "[web], composeProfiles: [debg]");
        _project.Replace(
            "etc/stacks/compose.yml", "x-note", "services: { debugger: { image: debian:bookworm, profiles: [debug] } }\nx-note");
        var profile = await _project.ExpectAsync(0, "--target=Plan");
        var volumes = await _project.ExpectAsync(2, "--target=Plan", "--volumes");

        Assert.Contains("did you mean 'compose.up'?", descriptor.Error);
        Assert.Contains("soon", descriptor.Error);
        Assert.Contains(
            "no service of the selected compose files has the profile 'debg'. Did you mean 'debug'?", profile.Error);
        Assert.Contains("plan --destroy --volumes", volumes.Error);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named_with_the_line_that_publishes_it()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        _project.Replace("etc/stacks/compose.web.yml", "init: true", $"init: true\n    ports: [\"{port}:80\"]");

        var plan = await _project.ExpectAsync(0, "--target=Plan", "--output=json");

        var conflict = JsonDocument.Parse(plan.Output).RootElement.GetProperty("ports")[0];
        Assert.Equal((port, "etc/stacks/compose.web.yml:5"),
            (conflict.GetProperty("port").GetInt32(), conflict.GetProperty("place").GetString()));
    }

    private async Task<string> SeenAsync(params string[] args) => (await Terminal.TypeAsync(_project, "nothing is asked", "", args)).Seen;
}
