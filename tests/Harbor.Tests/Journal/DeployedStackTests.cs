using Harbor.State;

namespace Harbor.Tests.Journal;

public sealed class DeployedStackTests : IDisposable
{
    /// <summary>As Harbor wrote it before it used a serializer.</summary>
    private const string Complete = """
        {
          "version": 1,
          "state": {
            "project": "shop",
            "runId": "20260131T235959123Z-4f2a91",
            "at": "2026-01-31T23:59:59.123+00:00",
            "services": [
              "web"
            ],
            "options": [],
            "capabilities": [
              "mdc"
            ],
            "files": [
              "etc/stacks/web.yaml"
            ],
            "finished": true,
            "fingerprint": "f1",
            "inputs": {
              "etc/stacks/web.yaml": "h1"
            },
            "builds": {
              "web": "b1"
            },
            "containers": [
              {
                "service": "web",
                "id": "c1",
                "name": "shop-web-1",
                "digest": "d1",
                "image": "shop/web:1",
                "imageId": "sha256:1",
                "completed": false,
                "networks": [
                  "shop_default"
                ],
                "limits": "",
                "connections": "shop_default: web"
              }
            ],
            "destroyActions": [
              "compose.down"
            ],
            "downTimeoutSeconds": 120,
            "downMayFail": false,
            "cleanRun": true
          }
        }
        """;

    private const string Hooks = """
        {"runner": {"image": null, "timeoutSeconds": 90.5, "network": true, "env": {"A": "b"}},
         "hooks": [{"file": "etc/harbor.yaml", "line": 7, "column": 5, "point": "pre_destroy", "name": "bye", "type": "shell",
                    "run": "echo bye", "path": null, "image": null, "command": ["x"], "service": "web",
                    "timeoutSeconds": 3, "continueOnError": true, "host": false}]}
        """;

    private readonly Project _project = new();

    public void Dispose() => _project.Dispose();

    private StateFile<DeployedStack> State => DeployedStack.File(_project.Paths);

    private string FilePath => Path.Combine(_project.Paths.State, "deployment.json");

    [Fact]
    public void A_saved_stack_is_written_byte_for_byte_as_it_was_read()
    {
        var stack = Read(Complete)!;
        Assert.True(stack.IsFinished);

        State.Write(stack);

        Assert.Equal(Complete, File.ReadAllText(FilePath));
    }

    [Fact]
    public void What_an_older_Harbor_saved_is_read_with_what_it_did_not_know_left_open()
    {
        var stack = Read(Old(fingerprint: "\"f\""))!;

        var container = Assert.Single(stack.Containers);
        Assert.Equal(TimeSpan.FromMinutes(2), stack.DownTimeout);
        Assert.Null(stack.Hooks);
        Assert.False(stack.DownMayFail);
        Assert.False(stack.HooksPending);
        Assert.Null(container.Networks);
        Assert.Null(container.Limits);
        Assert.Null(container.Connections);
    }

    [Theory]
    [InlineData("\"f\"", true)]
    [InlineData("null", false)]
    public void A_stack_of_an_older_Harbor_is_finished_where_it_has_a_fingerprint(string fingerprint, bool finished) =>
        Assert.Equal(finished, Read(Old(fingerprint))!.IsFinished);

    [Fact]
    public void Saved_hooks_are_read()
    {
        var saved = Read(
            Old("null").Replace("\"cleanRun\"", $"\"hooksOwed\": true, \"hooks\": {Hooks}, \"cleanRun\"", StringComparison.Ordinal))!;

        Assert.True(saved.HooksPending);
        Assert.Equal((null, TimeSpan.FromSeconds(90.5), true, "b"),
            (saved.Hooks!.Runner.Image, saved.Hooks.Runner.Timeout, saved.Hooks.Runner.Network, saved.Hooks.Runner.Env["A"]));
        var hook = Assert.Single(saved.Hooks.Hooks);
        Assert.Equal(("Hook:pre_destroy:web:bye", "web", "etc/harbor.yaml:7:5"), (hook.Name, hook.Service, hook.Hook.At.ToString()));
        Assert.Equal(
            ("echo bye", null, TimeSpan.FromSeconds(3), true), (hook.Hook.Run, hook.Path, hook.Hook.Timeout, hook.Hook.ContinueOnError));
        Assert.Equal(["x"], hook.Hook.Command);
    }

    [Theory]
    [InlineData("\"project\": \"p\",", "")]
    [InlineData("\"project\": \"p\"", "\"project\": null")]
    [InlineData("\"fingerprint\": null,", "")]
    [InlineData("\"inputs\": {},", "")]
    [InlineData("\"inputs\": {}", "\"inputs\": {\"a\": null}")]
    [InlineData("\"inputs\": {}", "\"inputs\": []")]
    [InlineData("\"services\": []", "\"services\": [null]")]
    [InlineData("\"services\": []", "\"services\": [1]")]
    [InlineData("\"completed\": false}", "\"completed\": false}, null")]
    [InlineData("\"completed\": false", "\"completed\": false, \"networks\": [null]")]
    [InlineData("\"cleanRun\": true", "\"cleanRun\": true, \"downTimeoutSeconds\": 1e300")]
    [InlineData("\"cleanRun\": true", "\"cleanRun\": \"yes\"")]
    [InlineData("2026-01-01T00:00:00Z", "yesterday")]
    [InlineData("\"destroyActions\": []", "\"destroyActions\": [[[[]]]]")]
    public void What_is_missing_null_or_of_another_type_is_damage_and_not_an_empty_stack(string good, string bad)
    {
        var old = Old("null");
        Assert.Contains(good, old);

        var error = Assert.Throws<HarborException>(() => Read(old.Replace(good, bad, StringComparison.Ordinal)));

        Assert.StartsWith("var/state/deployment.json is damaged: ", error.Message);
        Assert.EndsWith("docker compose -p NAME down.", error.Message);
    }

    [Theory]
    [InlineData("\"point\": \"pre_destroy\"", "\"point\": \"sometimes\"")]
    [InlineData("\"type\": \"shell\"", "\"type\": null")]
    [InlineData("\"command\": [\"x\"]", "\"command\": [null]")]
    [InlineData("\"env\": {\"A\": \"b\"}", "\"env\": {\"A\": null}")]
    public void Damaged_hooks_are_damage(string good, string bad)
    {
        var hooks = Hooks.Replace(good, bad, StringComparison.Ordinal);
        Assert.NotEqual(Hooks, hooks);

        var error = Assert.Throws<HarborException>(
            () => Read(Old("null").Replace("\"cleanRun\"", $"\"hooks\": {hooks}, \"cleanRun\"", StringComparison.Ordinal)));

        Assert.StartsWith("var/state/deployment.json is damaged: ", error.Message);
    }

    [Fact]
    public void What_containers_have_loaded_is_a_map_of_maps()
    {
        var content = "{\"version\": 1, \"state\": {\"c1\": {\"mounted etc/web\": \"h1\"}}}";
        Directory.CreateDirectory(_project.Paths.State);
        File.WriteAllText(Path.Combine(_project.Paths.State, "loaded.json"), content);
        var file = LoadedFiles.File(_project.Paths);

        Assert.Equal("h1", file.Read()!["c1"]["mounted etc/web"]);
        file.Write(file.Read()!);
        Assert.Equal("h1", file.Read()!["c1"]["mounted etc/web"]);

        File.WriteAllText(Path.Combine(_project.Paths.State, "loaded.json"), content.Replace("\"h1\"", "null", StringComparison.Ordinal));
        Assert.Contains("is damaged", Assert.Throws<HarborException>(() => file.Read()).Message);
    }

    [Fact]
    public void Inputs_of_an_older_Harbor_are_read()
    {
        Directory.CreateDirectory(_project.Paths.State);
        File.WriteAllText(Path.Combine(_project.Paths.State, "inputs.json"), """
            {"version": 1, "state": {"variables": {"A": "1"}, "secrets": {"web:B": "2"}, "parts": {"web": {"image": "3"}}, "rendered": "4"}}
            """);

        var inputs = DeployedInputs.File(_project.Paths).Read()!;

        Assert.Equal(("1", "2", "3", "4"), (inputs.Variables["A"], inputs.Secrets["web:B"], inputs.Parts["web"]["image"], inputs.Rendered));
    }

    private DeployedStack? Read(string content)
    {
        Directory.CreateDirectory(_project.Paths.State);
        File.WriteAllText(FilePath, content);
        return State.Read();
    }

    private static string Old(string fingerprint) => $$$"""
        {"version": 1, "state": {"project": "p", "runId": "r", "at": "2026-01-01T00:00:00Z", "services": [],
         "options": [], "capabilities": [], "files": [], "fingerprint": {{{fingerprint}}}, "inputs": {}, "builds": {},
         "containers": [{"service": "web", "id": "1", "name": "n", "digest": "d", "image": "i", "imageId": "s", "completed": false}],
         "destroyActions": [], "cleanRun": true}}
        """;
}
