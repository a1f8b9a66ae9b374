using System.Text.RegularExpressions;
using Harbor.Processes;

namespace Harbor.EndToEnd;

/// <summary>What a user meets who brings Harbor to a repository of their own. Without an engine.</summary>
public sealed class AdoptionTests : IAsyncDisposable
{
    private readonly TestProject _project = new();

    public ValueTask DisposeAsync() => _project.DisposeAsync();

    [Fact]
    public async Task Git_commits_neither_var_nor_a_secrets_file_that_Harbor_made()
    {
        await GitAsync("init", "--quiet");
        _project.Write(".gitignore", "*.log");
        File.Delete(_project.PathOf("etc/secrets.env"));
        _project.Replace("etc/harbor.yaml", "source:", """
            prepare:
              env: { sources: [{ type: sys }, { type: secrets, generate: [PASSWORD] }, { type: secrets, file: kept.log, generate: [B] }] }
            source:
            """);

        var prepared = await _project.ExpectAsync(0, "--target=Prepare");
        var again = await _project.ExpectAsync(0, "--target=Prepare");

        Assert.Contains("etc/secrets.env is added to .gitignore, so that git does not commit it.\n", prepared.Output);
        Assert.DoesNotContain(".gitignore", again.Output);
        Assert.Equal("*.log\n/etc/secrets.env\n", _project.Read(".gitignore"));
        Assert.Equal("*\n", _project.Read("var/.gitignore"));
        await GitAsync("add", "--all");
        var files = (await GitAsync("ls-files")).Split('\n');
        Assert.Contains("etc/harbor.yaml", files);
        Assert.DoesNotContain(files, file => file.StartsWith("var/", StringComparison.Ordinal) || file == "etc/secrets.env");
    }

    [Fact]
    public async Task A_sites_value_that_a_later_layer_overrides_is_a_warning_where_the_site_sets_it()
    {
        _project.Write("etc/sites/lab.env", "# The lab.\nGREETING=lab\nLEVEL=2\n");
        _project.Write(".env.local", "GREETING=mine\n");

        var env = await _project.ExpectAsync(0, "--target=Env", "--site=lab");
        var set = await _project.ExpectAsync(0, "--target=Env", "--site=lab", "--set=LEVEL=3");

        Assert.Contains(
            "etc/sites/lab.env:2:1: GREETING has no effect, because .env.local:1 sets it in a later layer.", env.Output + env.Error);
        Assert.DoesNotContain("LEVEL has no effect", env.Output + set.Output);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    public async Task An_empty_secret_needs_a_word(string typed)
    {
        await KeyAsync();
        await RunAsync("A=1\n", 0, "--target=SecretsEncrypt", "--file=enc.env");

        var refused = await RunAsync(typed, 2, "--target=SecretsSet", "--file=enc.env", "--key=TOKEN");
        var plain = await RunAsync("", 0, "--target=SecretsDecrypt", "--file=enc.env");
        await RunAsync(typed, 0, "--target=SecretsSet", "--file=enc.env", "--key=TOKEN", "--allow-empty");
        var empty = await RunAsync("", 0, "--target=SecretsDecrypt", "--file=enc.env");

        Assert.Contains("The value of TOKEN is empty, as it is when the command before a pipe fails.", refused.Error);
        Assert.Equal("A=1\n", plain.Output);
        Assert.Equal("A=1\nTOKEN=\n", empty.Output);
    }

    [Fact]
    public async Task On_a_terminal_a_secret_is_asked_for_and_not_shown()
    {
        await KeyAsync();
        await RunAsync("A=1\n", 0, "--target=SecretsEncrypt", "--file=enc.env");

        var (code, seen) = await Terminal.TypeAsync(
            _project, "TOKEN: ", "typ3d-Xy9", "--target=SecretsSet", "--file=enc.env", "--key=TOKEN");

        Assert.Equal(0, code);
        Assert.DoesNotContain("typ3d", seen);
        Assert.Equal("A=1\nTOKEN=typ3d-Xy9\n", (await RunAsync("", 0, "--target=SecretsDecrypt", "--file=enc.env")).Output);
    }

    [Fact]
    public async Task History_lists_failures_with_their_reasons_and_all_of_one_run()
    {
        await _project.ExpectAsync(0, "--target=Prepare");
        _project.Write("stacks/web/templates/web.conf", "{{MISSING}}\n");
        await _project.ExpectAsync(2, "--target=Prepare");
        await _project.ExpectAsync(0, "--target=Source");

        var all = (await _project.ExpectAsync(0, "--target=History")).Output;
        var failed = (await _project.ExpectAsync(0, "--target=History", "--failed")).Output.TrimEnd().Split('\n');
        var id = Regex.Match(failed[1], @"[0-9]{8}T\S+").Value;
        var one = (await _project.ExpectAsync(0, "--target=History", $"--id={id}")).Output;
        var unknown = await _project.ExpectAsync(2, "--target=History", $"--id={id}x");

        Assert.Equal(3, all.TrimEnd().Split('\n').Length);
        Assert.Equal(2, failed.Length);
        Assert.Contains("stacks/web/templates/web.conf:1", failed[1]);
        Assert.Matches(@"RenderTemplates +Failed +[0-9.]+ +stacks/web/templates/web\.conf:1", one);
        Assert.Contains($"Did you mean '{id}'?", unknown.Error);
    }

    [Fact]
    public async Task A_missing_folder_of_compose_files_is_named_with_what_to_do()
    {
        Directory.Delete(_project.PathOf("etc/stacks"), recursive: true);

        var refused = await _project.ExpectAsync(2, "--target=Source");

        Assert.Contains($"The folder of the compose files, {_project.PathOf("etc/stacks")}, does not exist: create it", refused.Error);
    }

    [Fact]
    public async Task Lint_knows_a_base_file_with_another_name()
    {
        _project.Replace("etc/harbor.yaml", "autoCapabilities: false", "autoCapabilities: false, base: [docker-compose.yml]");
        _project.Write("etc/stacks/docker-compose.yml", "x-note: \"${GREETING} ${LEVEL} ${NOWHERE}\"\n");
        File.Delete(_project.PathOf("stacks/web/templates/web.conf"));
        File.Delete(_project.PathOf("etc/stacks/compose.worker.yml"));

        var lint = await _project.HarborAsync("--target=Lint");

        Assert.DoesNotContain("GREETING is not used", lint.Output);
        Assert.Contains("NOWHERE is not set in any layer.", lint.Output);
    }

    private async Task KeyAsync()
    {
        _project.Environment["XDG_CONFIG_HOME"] = _project.PathOf("home");
        var keygen = (await _project.ExpectAsync(0, "--target=SecretsKeygen")).Output;
        var recipient = keygen.Split('\n').First(line => line.StartsWith("age1", StringComparison.Ordinal)).Trim();
        _project.Write(".sops.yaml", $"creation_rules:\n  - age: {recipient}\n");
    }

    private async Task<CommandResult> RunAsync(string input, int exitCode, params string[] args)
    {
        var result = await (_project.Command(args) with { Input = input }).TryRunAsync(TestContext.Current.CancellationToken);
        Assert.True(result.ExitCode == exitCode, $"exit code {result.ExitCode}\n{result.Output}\n{result.Error}");
        return result;
    }

    private async Task<string> GitAsync(params string[] args) =>
        (await new Command(TestScope.New(), "git", args) { WorkingDirectory = _project.Root }.RunAsync(CancellationToken.None)).Output;
}
