using Harbor.Compose;
using Harbor.Processes;
using Harbor.Selection;
using Harbor.Setup;

namespace Harbor.Tests.Setup;

/// <summary>Setup judges the machine by the same Compose and the same engine that Deploy uses.</summary>
public sealed class EngineStateTests : IDisposable
{
    private const string Context = "far"; // Its id is the SHA-256 of the name.
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_machine_with_the_standalone_program_only_has_Compose_for_Deploy_for_Setup_and_for_mdc()
    {
        Program("docker", "exit 1");
        Program("docker-compose", "echo 2.26.1-4");
        var scope = Scope();

        Assert.Equal("2.26.1-4", (await ComposeTool.FindAsync(scope, null, Ct)).Version);
        Assert.Equal(new ComposeProgram("docker-compose", "2.26.1-4"), (await EngineState.DetectAsync(scope, Ct)).Compose);
        Assert.Equal(["mdc"], await CapabilityDetection.DetectAsync(scope, CapabilityChoice.Auto, ["mdc"], null, Ct));
    }

    [Fact]
    public async Task The_standalone_program_is_remembered_like_the_plugin()
    {
        Program("docker-compose", "echo 2.26.1-4");
        var first = await ComposeProgram.FindAsync(Scope(), _folder["state"], Ct);
        var cache = _folder["state/compose-version"];
        File.WriteAllText(
            cache, File.ReadAllText(cache).Replace("docker-compose 2.26.1-4", "docker-compose 2.99.0", StringComparison.Ordinal));

        Assert.Equal("docker-compose", first!.Name);
        Assert.Equal("2.99.0", (await ComposeProgram.FindAsync(Scope(), _folder["state"], Ct))!.Version);

        Program("docker-compose", "echo 2.27.0 # another file");
        Assert.Equal("2.27.0", (await ComposeProgram.FindAsync(Scope(), _folder["state"], Ct))!.Version);
    }

    [Theory]
    [InlineData("DOCKER_HOST", "unix:///nowhere/docker.sock", "unset DOCKER_HOST")]
    [InlineData("DOCKER_CONTEXT", Context, "unset DOCKER_CONTEXT")]
    [InlineData("currentContext", Context, "docker context use default")]
    public async Task A_silent_engine_that_a_setting_names_is_not_replaced_by_one_installed_here(
        string setting, string value, string advice)
    {
        WriteContext("unix:///nowhere/docker.sock");
        if (setting == "currentContext")
        {
            _folder.Write("config/config.json", $$"""{"currentContext": "{{value}}"}""");
        }

        var scope = Scope(new KeyValuePair<string, string>(setting, value));
        var state = await EngineState.DetectAsync(scope, Ct);

        Assert.Equal(DaemonState.Silent, state.Daemon);
        Assert.False(state.NeedsEngine);
        Assert.Contains(
            state.Missing(), sentence => sentence.StartsWith("The engine at unix:///nowhere/docker.sock (", StringComparison.Ordinal));
        Assert.EndsWith(
            advice, SetupAdvice.Other(scope, state, LinuxRelease.Parse(["ID=debian"]), Privilege.Root, canSetup: true),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_setting_an_engine_is_missing_where_none_answers()
    {
        var state = await EngineState.DetectAsync(Scope(), Ct);

        Assert.True(state.Endpoint.IsDefault);
        Assert.Equal(state is { Engine: false, Daemon: DaemonState.Silent }, state.NeedsEngine);
    }

    [Fact]
    public async Task The_advice_names_the_command_that_the_user_typed()
    {
        var scope = Scope(new KeyValuePair<string, string>("HARBOR_COMMAND", "./harbor"));

        var error = await Assert.ThrowsAsync<HarborException>(() => ComposeTool.FindAsync(scope, null, Ct));

        Assert.Contains("  ./harbor --target=Setup\n", error.Message, StringComparison.Ordinal);
    }

    private RunScope Scope(params KeyValuePair<string, string>[] variables) => TestScope.New(
        [new("PATH", _folder["bin"]), new("DOCKER_CONFIG", _folder["config"]), new("DOCKER_HOST", ""),
        new("DOCKER_CONTEXT", ""), .. variables]);

    private void WriteContext(string address)
    {
        var id = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Context)));
        _folder.Write($"config/contexts/meta/{id}/meta.json",
            $$$""" {"Name": "{{{Context}}}", "Endpoints": {"docker": {"Host": "{{{address}}}" } } } """);
    }

    private void Program(string name, string body)
    {
        _folder.Write($"bin/{name}", $"#!/bin/sh\n{body}\n");
        File.SetUnixFileMode(_folder[$"bin/{name}"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
