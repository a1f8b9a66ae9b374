using Harbor.Processes;

namespace Harbor.EndToEnd;

/// <summary>The command harbor as the installer leaves it, in a repository of somebody's own, without .NET on PATH.</summary>
[Trait("Category", "Engine")]
public sealed class InstalledTests : IAsyncLifetime
{
    private readonly TestProject _project = new();
    private readonly string _home = Directory.CreateTempSubdirectory("harbor-home-").FullName;

    private string Packages { get; } = Path.Combine(Repository.Root, "var", "artifacts", "package");

    private string Command => Path.Combine(_home, ".local", "bin", "harbor");

    public async ValueTask InitializeAsync()
    {
        Directory.Delete(_project.PathOf("etc"), recursive: true);
        Directory.Delete(_project.PathOf("stacks"), recursive: true);
        _project.Write(".git/HEAD", "ref: refs/heads/main\n");
        _project.Write("docker-compose.yml", $$"""
            name: {{_project.Name}}
            services:
              web: { image: "debian:bookworm", init: true, stop_grace_period: 0s, command: [sleep, "100000"] }
            """);
        await _project.ExpectAsync(0, "--target=Package");
    }

    public async ValueTask DisposeAsync()
    {
        await _project.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }

    [Fact]
    public async Task It_is_installed_works_in_a_subfolder_of_a_repository_is_upgraded_and_removed()
    {
        await RunAsync(0, "sh", Path.Combine(Packages, "install.sh"));
        Assert.Equal(["harbor"], Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(Command)!).Select(Path.GetFileName));
        _project.Write("src/app/main.c", "");

        var deployed = await RunAsync(0, Command, "deploy");
        var again = await RunAsync(0, Command, "deploy");
        var status = await RunAsync(0, Command, "status");
        var inside = await RunAsync(0, Command, "exec", "web", "echo", "hello");
        await RunAsync(0, Command, "down", "--volumes", "--yes");

        Assert.StartsWith($"Project: {_project.Root} (docker-compose.yml)\n", deployed.Error, StringComparison.Ordinal);
        Assert.Contains("up to date", again.Output);
        Assert.Contains("running", status.Output);
        Assert.Equal("hello\n", inside.Output);

        Assert.StartsWith("harbor ", (await RunAsync(0, "sh", Path.Combine(Packages, "install.sh"))).Output, StringComparison.Ordinal);
        await RunAsync(0, "sh", Path.Combine(Packages, "install.sh"), "--uninstall");
        Assert.False(File.Exists(Command));
    }

    [Fact]
    public async Task Init_writes_a_descriptor_shows_the_plan_and_the_deploy_keeps_what_plain_Compose_started()
    {
        await RunAsync(0, "sh", Path.Combine(Packages, "install.sh"));
        await RunAsync(0, "docker", "compose", "up", "--detach");
        var id = await TestProject.DockerAsync("inspect", "--format", "{{.Id}}", $"{_project.Name}-web-1");

        var asked = await RunAsync(2, Command, "init");
        Assert.False(Directory.Exists(_project.PathOf("etc")));
        var written = await RunAsync(0, Command, "init", "--yes");
        var again = await RunAsync(2, Command, "init", "--yes");
        await RunAsync(0, Command, "deploy");
        var kept = await TestProject.DockerAsync("inspect", "--format", "{{.Id}}", $"{_project.Name}-web-1");
        await RunAsync(0, Command, "down", "--volumes", "--yes");

        Assert.Contains("add --yes to confirm it", asked.Error);
        Assert.Contains("running: 1 containers under the name", written.Output);
        Assert.Contains("docker-compose.yml  base file", written.Output);
        Assert.Contains("No change: everything is as deployed.", written.Output);
        Assert.Contains("etc/harbor.yaml is there already", again.Error);
        Assert.Equal(id, kept);
        Assert.Equal("/var/\n/.env.local\n/etc/secrets.env\n", _project.Read(".gitignore"));
        Assert.StartsWith(
            "# yaml-language-server: $schema=../var/harbor.schema.json\n", _project.Read("etc/harbor.yaml"), StringComparison.Ordinal);
        Assert.Contains("\"profiles\"", _project.Read("var/harbor.schema.json"));
    }

    [Fact]
    public async Task An_archive_that_is_not_what_its_checksum_says_leaves_the_installed_command()
    {
        await RunAsync(0, "sh", Path.Combine(Packages, "install.sh"));
        var other = Directory.CreateDirectory(Path.Combine(_home, "other")).FullName;
        foreach (var file in Directory.EnumerateFiles(Packages))
        {
            File.Copy(file, Path.Combine(other, Path.GetFileName(file)));
        }

        File.AppendAllText(Directory.EnumerateFiles(other, "*.tar.gz").Single(), "x");
        var refused = await RunAsync(1, "sh", Path.Combine(Packages, "install.sh"), "--from", other);

        Assert.Contains("is not what its checksum says: nothing was installed.", refused.Error);
        await RunAsync(0, Command, "--version");
        Assert.Single(Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(Command)!));
    }

    [Fact]
    public async Task What_needs_Harbors_own_sources_says_so_and_no_project_leaves_no_trace()
    {
        await RunAsync(0, "sh", Path.Combine(Packages, "install.sh"));
        var empty = Directory.CreateDirectory(Path.Combine(_home, "empty")).FullName;

        var bench = await RunAsync(1, Command, "bench");
        var lost = await new Command(TestScope.New(), Command, "deploy") { WorkingDirectory = empty, Environment = Environment() }
            .TryRunAsync(CancellationToken.None);

        Assert.Contains("This needs Harbor's own sources: run ./build.sh in a clone of Harbor instead.", bench.Error);
        Assert.Equal(2, lost.ExitCode);
        Assert.Contains($"The file does not exist in {empty}, and no compose.yaml", lost.Error);
        Assert.Empty(Directory.EnumerateFileSystemEntries(empty));
    }

    private async Task<CommandResult> RunAsync(int exitCode, string program, params string[] args)
    {
        var folder = Directory.CreateDirectory(_project.PathOf("src/app")).FullName;
        var result = await new Command(TestScope.New(), program, args)
        { WorkingDirectory = folder, Environment = Environment(), Timeout = TimeSpan.FromMinutes(3) }.TryRunAsync(CancellationToken.None);
        Assert.True(result.ExitCode == exitCode, $"exit code {result.ExitCode}\n{result.Output}\n{result.Error}");
        return result;
    }

    /// <summary>A shell that has no .NET.</summary>
    private Dictionary<string, string> Environment() => new(_project.Environment)
    {
        ["HOME"] = _home,
        ["PATH"] = "/usr/local/bin:/usr/bin:/bin",
    };
}
