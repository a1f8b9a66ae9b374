using Harbor.Processes;

namespace Harbor.EndToEnd;

/// <summary>
/// The whole pipeline in the runner's container: <c>HARBOR_RUNNER=container ./build.sh</c>. The first of them builds the image.
/// </summary>
[Trait("Category", "Engine")]
public sealed partial class RunnerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_deploy_in_the_container_is_the_deploy_on_the_machine_and_either_takes_the_other_for_its_own()
    {
        await using var project = await NewAsync();
        project.Environment["HARBOR_ENV_GREETING"] = "it's \"quoted\"\nand $HOME";

        var inside = await project.ExpectAsync(0, "--target=Deploy");
        Assert.Matches("(?m)^web +healthy", inside.Output);
        var containers = await project.ContainersAsync();
        Assert.Equal("greeting it's \"quoted\"\nand $HOME\n", project.Read("var/run/web/config/web.conf"));

        project.Environment["HARBOR_RUNNER"] = "host";
        Assert.Contains("up to date", (await project.ExpectAsync(0, "--target=Deploy")).Output);
        await project.ExpectAsync(0, "--target=Plan", "--exit-code");

        project.Environment["HARBOR_RUNNER"] = "container";
        Assert.Contains("up to date", (await project.ExpectAsync(0, "--target=Deploy")).Output);
        Assert.Equal(containers, await project.ContainersAsync());
        await project.ExpectAsync(0, "--target=Destroy", "--volumes");
        Assert.Empty(await project.ContainersAsync());
    }

    [Fact]
    public async Task A_machine_with_docker_and_without_dotnet_runs_in_the_container_and_says_so()
    {
        await using var project = await NewAsync();
        project.Environment.Remove("HARBOR_RUNNER");
        project.Environment["HARBOR_NATIVE"] = "off"; // A native host that is there needs no .NET.
        Directory.CreateDirectory(project.PathOf("bin"));
        foreach (var folder in project.Environment["PATH"].Split(':').Where(Directory.Exists))
        {
            foreach (var program in Directory.GetFiles(folder)
                .Where(file => Path.GetFileName(file) != "dotnet" && !File.Exists(InBin(file))))
            {
                File.CreateSymbolicLink(InBin(program), program);
            }
        }

        (project.Environment["PATH"], project.Environment["HOME"]) = (project.PathOf("bin"), project.Root);

        var result = await project.ExpectAsync(0, "--target=Source");

        Assert.Contains("No .NET SDK 10 here, but Docker: running in a container", result.Error);
        Assert.Contains("compose.web.yml", result.Output);

        string InBin(string program) => project.PathOf($"bin/{Path.GetFileName(program)}");
    }

    [Fact]
    public async Task Exit_codes_errors_and_standard_output_are_those_of_the_program()
    {
        await using var project = await NewAsync();

        var json = await project.ExpectAsync(0, "--target=Source", "--output=json");
        Assert.StartsWith("{", json.Output);
        project.Write("etc/harbor.yaml", "version: 1\nprofiles: 5\n");
        var wrong = await project.ExpectAsync(2, "--target=Deploy");
        Assert.Contains("etc/harbor.yaml:2:11: ", wrong.Error);

        var nowhere = await project.ExpectAsync(2, "--target=Deploy", $"--working={project.Root}/nowhere");
        Assert.Contains("nowhere", nowhere.Error);

        project.Environment["HARBOR_RUNNER"] = "somewhere";
        Assert.Contains("expected container or host", (await project.ExpectAsync(2, "--target=Source")).Error);
        project.Environment["HARBOR_RUNNER"] = "container";
        project.Environment["DOCKER_HOST"] = "tcp://127.0.0.1:1";
        Assert.Contains("use HARBOR_RUNNER=host", (await project.ExpectAsync(2, "--target=Source")).Error);
    }

    [Theory]
    [InlineData("-INT", 130)]
    [InlineData("-TERM", 143)]
    public async Task A_signal_reaches_the_run_which_ends_as_it_would_here(string signal, int exitCode)
    {
        await using var project = await NewAsync();
        project.Replace("etc/stacks/compose.web.yml", "touch /tmp/ok;", "");
        using var run = project.Start("--target=Deploy");
        await TestProject.EventuallyAsync(async () => (await project.ContainersAsync()).ContainsKey("web"));
        Assert.Contains("Deploy", (await project.HarborAsync("--target=Prepare")).Error); // It names who holds the lock.

        await TestProject.SendAsync(signal, run);
        await run.WaitForExitAsync().WaitAsync(Soon);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.False(File.Exists(project.PathOf("var/state/run.json")));
        Assert.Contains(Directory.GetFiles(project.PathOf("var/history"))
            .Select(File.ReadAllText), entry => entry.Contains("\"cancelled\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task On_a_terminal_the_run_has_one_too_and_ctrl_c_ends_it()
    {
        await using var project = await NewAsync();
        project.Write("etc/harbor.yaml", project.Read("etc/harbor.yaml") + """

            hooks:
              pre_prepare: [{ type: shell, run: "sleep 100000", timeout: 2m }]
            """);
        project.Write("type-ctrl-c", """
            import os, pty, sys
            pid, terminal = pty.fork()
            if pid == 0:
                os.execvp(sys.argv[1], sys.argv[1:])
            seen, typed = b"", False
            while True:
                try:
                    part = os.read(terminal, 4096)
                except OSError:
                    break
                seen += part
                if not typed and b"HOOK IS THERE" in seen:
                    os.write(terminal, b"\x03")
                    typed = True
            print(seen.decode())
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
            """);
        project.Replace("etc/harbor.yaml", "sleep 100000", "echo HOOK IS THERE; exec sleep 100000");
        var command = project.Command("--target=Prepare");

        var result =
            await (command with
            {
                FileName = "python3",
                Arguments = [project.PathOf("type-ctrl-c"), command.FileName, .. command.Arguments]
            }).TryRunAsync(CancellationToken.None);

        Assert.True(result.ExitCode == 130, result.Output + result.Error);
        Assert.Contains("\u001b[", result.Output); // Colours: it writes to a terminal.
    }

    [Fact]
    public async Task Secrets_reach_the_run_without_the_engine_seeing_them_and_nothing_of_them_stays()
    {
        await using var project = await NewAsync();
        project.Write("etc/harbor.yaml", project.Read("etc/harbor.yaml") + """

            hooks:
              pre_prepare: [{ type: shell, name: wait, run: "touch var/run/waiting; until test -e var/run/go; do sleep 0.1; done" }]
            """);
        await project.ExpectAsync(0, "--target=SecretsKeygen", "--file=age.keys");
        var key = project.Read("age.keys").Split('\n').Single(line => line.StartsWith("AGE-SECRET-KEY-", StringComparison.Ordinal));
        project.Environment["SOPS_AGE_KEY"] = key;
        project.Environment["HARBOR_ENV_TOKEN"] = "s3ntinel-of-the-environment";
        using var run = project.Start("--target=Prepare");
        await TestProject.EventuallyAsync(() => Task.FromResult(File.Exists(project.PathOf("var/run/waiting"))));

        var containers = await TestProject.DockerAsync("ps", "--quiet", "--filter", $"volume={project.Root}");
        var inspected = await TestProject.DockerAsync(["inspect", .. containers.Split('\n', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Contains("/opt/harbor/Harbor.Pipeline", inspected);
        Assert.DoesNotContain(key, inspected);
        Assert.DoesNotContain("s3ntinel", inspected);
        Assert.DoesNotContain(Handed(), file => File.Exists(Path.Combine(file, "environment")));
        project.Write("var/run/go", "");
        await run.WaitForExitAsync().WaitAsync(Soon);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains(
            "s3ntinel-of-the-environment", (await project.ExpectAsync(0, "--target=Env", "--key=TOKEN", "--output=json")).Output);
    }

    [Fact]
    public async Task What_it_writes_belongs_to_the_user_who_ran_it()
    {
        await using var project = await NewAsync();
        const string User = "65533";
        var group = (await new Command(TestScope.New(), "stat", "--format", "%g", "/var/run/docker.sock").RunAsync(CancellationToken.None))
            .Output.Trim();
        await new Command(TestScope.New(), "chmod", "755", Path.GetDirectoryName(project.Root + "/")!).RunAsync(CancellationToken.None);
        await new Command(TestScope.New(), "chown", "--recursive", $"{User}:{User}", project.Root).RunAsync(CancellationToken.None);
        var command = project.Command("--target=Prepare");
        project.Environment["HOME"] = project.Root;

        var result = await (command with
        {
            FileName = "setpriv",
            Arguments = ["--reuid", User, "--regid", User, "--groups", group, command.FileName, .. command.Arguments],
            WorkingDirectory = project.Root,
        }).TryRunAsync(CancellationToken.None);

        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        var owners = await new Command(TestScope.New(), "find", project.Root, "-not", "-user", User).RunAsync(CancellationToken.None);
        Assert.Equal("", owners.Output);
        Assert.True(File.Exists(project.PathOf("var/run/web/config/web.conf")));
    }

    [Fact]
    public async Task Hooks_run_beside_it_routines_with_its_sdk_and_those_for_the_machine_are_refused()
    {
        await using var project = await NewAsync();
        project.Write("check.cs", """Console.WriteLine($"routine in {Environment.GetEnvironmentVariable("HARBOR_ROOT")}");""");
        project.Write("etc/harbor.yaml", project.Read("etc/harbor.yaml") + """

            hooks:
              pre_prepare: [{ type: shell, run: "echo shell in $HARBOR_ROOT" }, { type: routine, path: check.cs, timeout: 3m }]
            """);

        var output = (await project.ExpectAsync(0, "--target=Prepare")).Output;

        Assert.Contains("shell in /work\n", output);
        Assert.Contains("routine in /work\n", output);
        project.Replace("etc/harbor.yaml", "run: \"echo", "host: true, run: \"echo");
        Assert.Contains(
            "runs on this machine (host: true), but this run is in a container", (await project.ExpectAsync(2, "--target=Prepare")).Error);
    }

    [Fact]
    public async Task The_image_is_built_once_and_looked_at_again_when_an_input_changed()
    {
        await using var project = await NewAsync();
        var copy = project.PathOf("harbor");
        Directory.CreateDirectory(copy);
        await new Command(TestScope.New(), "sh", "-c", "git ls-files -z --cached --others --exclude-standard build src etc '*.props' " +
            "build.sh global.json .editorconfig Dockerfile.runner | xargs -0 cp --parents --target-directory \"$0\"", copy)
        {
            WorkingDirectory = Repository.Root,
        }.RunAsync(CancellationToken.None);
        var command = project.Command("--help") with { FileName = Path.Combine(copy, "build.sh"), Timeout = Patience };

        var first = await command.RunAsync(CancellationToken.None);
        var second = await command.RunAsync(CancellationToken.None);
        await new Command(TestScope.New(), "touch", Path.Combine(copy, "build", "Program.cs")).RunAsync(CancellationToken.None);
        var third = await command.RunAsync(CancellationToken.None);

        Assert.Contains("Building the runner's image", first.Error);
        Assert.Equal("", second.Error);
        Assert.Contains("Building the runner's image", third.Error);
        Assert.Contains("Using cache", await File.ReadAllTextAsync(
            Path.Combine(copy, "var", "artifacts", "runner.log"), TestContext.Current.CancellationToken));
        Assert.Contains("Usage: ./build.sh", third.Output);
        await new Command(TestScope.New(), "docker", "image", "rm", first.Error.Split('\n')[0].Split(' ')
            .Single(word => word.StartsWith("harbor-runner:", StringComparison.Ordinal)).TrimEnd(':')).RunAsync(CancellationToken.None);
    }

    /// <summary>A project that is worked on in the container, whose image is there.</summary>
    private static async Task<TestProject> NewAsync()
    {
        var project = new TestProject();
        project.Environment["HARBOR_RUNNER"] = "container";
        await (project.Command("--help") with { Timeout = Patience }).RunAsync(CancellationToken.None);
        return project;
    }

    private static IEnumerable<string> Handed() =>
        new[] { "/dev/shm", System.Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") ?? "/dev/shm" }.Where(Directory.Exists)
            .SelectMany(folder => Directory.GetDirectories(folder, "harbor-runner.*"));
}
