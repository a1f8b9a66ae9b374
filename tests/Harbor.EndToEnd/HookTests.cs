using Harbor.Processes;

namespace Harbor.EndToEnd;

[Trait("Category", "Engine")]
public sealed class HookTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Hooks_run_at_their_points_on_every_deploy_and_around_destroy_also_when_the_descriptor_is_broken_by_then()
    {
        await using var project = New("");
        string[] points =
        [
            "pre_source", "post_source", "pre_prepare", "post_prepare", "pre_deploy", "post_deploy", "post_destroy",
            "pre_service_prepare", "post_service_prepare", "pre_service_up", "post_service_up",
        ];
        const string Note = """echo "$HARBOR_HOOK $HARBOR_SERVICE $HARBOR_CHANGED $GREETING" >>order""";
        Hooks(project, string.Concat(points.Select(point => $"  {point}: [{{ type: shell, host: true, run: '{Note}' }}]\n"))
            + $"  pre_destroy: [{{ type: shell, host: true, run: '{Note}; test ! -e fail' }}]");
        project.Replace("etc/harbor.yaml", "[web, worker, init]", "[web, worker]");
        string[] prepare =
        [
            "pre_source", "post_source", "pre_prepare", "pre_service_prepare web  hello", "pre_service_prepare worker  hello",
            "post_service_prepare web  hello", "post_service_prepare worker  hello", "post_prepare   hello",
        ];
        string[] Up(string changed) =>
        [
            "pre_deploy   hello", "pre_service_up web  hello", "pre_service_up worker  hello",
            $"post_service_up web {changed} hello", $"post_service_up worker {changed} hello", $"post_deploy  {changed} hello",
        ];

        await project.ExpectAsync(0, "--target=Allow");
        await project.ExpectAsync(0, "--target=Deploy");
        Assert.Equal([.. prepare, .. Up("true")], Order());
        Assert.Contains("up to date", (await project.ExpectAsync(0, "--target=Deploy")).Output);
        Assert.Equal([.. prepare, .. Up("false")], Order());

        project.Write("etc/harbor.yaml", "broken: [");
        project.Write("fail", "");
        var failed = await project.ExpectAsync(1, "--target=Destroy");
        Assert.Contains("The hook 'shell-1' exited with code 1.", failed.Error);
        Assert.NotEmpty(await project.ContainersAsync());
        File.Delete(project.PathOf("fail"));
        Order();
        await project.ExpectAsync(0, "--target=Destroy");
        Assert.Equal(["pre_destroy", "post_destroy"], Order());
        Assert.Empty(await project.ContainersAsync());

        List<string> Order()
        {
            var lines = File.ReadLines(project.PathOf("order")).Select(line => line.TrimEnd()).ToList();
            File.Delete(project.PathOf("order"));
            return lines;
        }
    }

    [Fact]
    public async Task In_the_runner_a_hook_gets_the_variables_outside_of_arguments_and_can_change_nothing_but_var_run()
    {
        await using var project = New("""
              post_prepare:
                - type: shell
                  name: look
                  run: |
                    #!/bin/bash
                    echo "greeting $GREETING, services $HARBOR_SERVICES, secret $PASSWORD" >&2
                    printf %s "$PASSWORD" >var/run/seen
                    touch etc/new || echo "etc is read-only"
                    touch /new || echo "the image is read-only"
                    echo "interfaces: $(tail -n +3 /proc/net/dev | cut -d: -f1 | xargs)"
                    grep -E 'CapEff|NoNewPrivs' /proc/self/status
                    sleep 1
            """);
        using var done = new CancellationTokenSource();
        var watched = ProcessArguments.WatchAsync(done.Token);

        var output = (await project.ExpectAsync(0, "--target=Prepare")).Output;
        await done.CancelAsync();

        Assert.Contains("greeting hello, services init web worker, secret ***\n", output);
        Assert.Equal(TestProject.Secret, project.Read("var/run/seen"));
        Assert.Contains("etc is read-only\n", output);
        Assert.Contains("the image is read-only\n", output);
        Assert.Contains("interfaces: lo\n", output);
        Assert.Matches("CapEff:\\s0+\n", output);
        Assert.Matches("NoNewPrivs:\\s1\n", output);
        var arguments = await watched;
        Assert.Contains(arguments, line => line.Contains("\0--env\0PASSWORD\0", StringComparison.Ordinal));
        Assert.DoesNotContain(arguments, line => line.Contains(TestProject.Secret, StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFiles(project.PathOf("var/state/hooks")));
    }

    [Fact]
    public async Task A_hook_that_takes_too_long_is_ended_with_all_that_it_started()
    {
        await using var project =
            New("""  pre_source: [{ type: shell, timeout: 2s, run: "trap : TERM; sleep 47114 & sleep 47115; sleep 47116" }]""");

        var result = await project.ExpectAsync(1, "--target=Prepare");

        Assert.Contains("The hook 'shell-1' did not end within 2 s, so it was ended with everything that it had started.", result.Error);
        Assert.Equal("", (await new Command(TestScope.New(), "pgrep", "--full", "sleep 4711").TryRunAsync(CancellationToken.None)).Output);
        Assert.Empty(await ContainersAsync(project));
    }

    [Fact]
    public async Task A_failing_hook_fails_its_stage_unless_it_may_and_hooks_can_be_left_out()
    {
        await using var project = New("""
              pre_source:
                - { type: shell, name: may, run: "exit 3", continueOnError: true }
                - { type: shell, name: bomb, run: "for i in $(seq 400); do sleep 30 & done" }
            """);

        var failed = await project.ExpectAsync(1, "--target=Prepare");
        var left = await project.ExpectAsync(0, "--target=Prepare", "--skip-hooks");

        Assert.Matches("Hook:pre_source:may +Failed \\(ok\\)", failed.Output);
        Assert.Matches("fork|Resource temporarily unavailable", failed.Output);
        Assert.Matches("etc/harbor.yaml:\\d+:\\d+: The hook 'bomb' exited with code ", failed.Error);
        Assert.Contains("Not run: SelectComposeFiles, ", failed.Output);
        Assert.DoesNotContain("Hook:", left.Output);
    }

    [Fact]
    public async Task On_this_machine_a_hook_runs_only_with_the_text_that_was_allowed()
    {
        await using var project = New("""
              pre_source: [{ type: shell, name: script, path: etc/script, host: true }]
              post_source: [{ type: shell, name: inline, run: "echo inline >>ran", host: true }]
            """);
        project.Write("etc/script", "#!/bin/bash\necho script >>ran # \u001b[2K\n");

        var refused = await project.ExpectAsync(2, "--target=Prepare");
        await project.ExpectAsync(0, "--target=Prepare", "--tree");
        Assert.Matches(
            "etc/harbor.yaml:\\d+:\\d+: Hook:pre_source:script runs etc/script on this machine, but is not allowed yet.", refused.Error);
        Assert.Matches(
            "etc/harbor.yaml:\\d+:\\d+: Hook:post_source:inline runs a script on this machine, but is not allowed yet.", refused.Error);
        Assert.Contains($"./build.sh --target=Allow --working={project.Root}\n", refused.Error);
        Assert.False(Directory.Exists(project.PathOf("var/state")));

        var allowed = await project.ExpectAsync(0, "--target=Allow");
        Assert.Contains("    echo script >>ran # <U+001B>[2K\n", allowed.Output);
        await project.ExpectAsync(0, "--target=Prepare");
        Assert.Equal("script\ninline\n", project.Read("ran"));
        Assert.Contains("2 hooks are already allowed", (await project.ExpectAsync(0, "--target=Allow")).Output);

        project.Write("etc/script", "#!/bin/bash\necho changed >>ran\n");
        refused = await project.ExpectAsync(2, "--target=Prepare");
        Assert.Contains("was changed since it was allowed.", refused.Error);
        Assert.DoesNotContain("inline", refused.Error);
        Assert.Equal("script\ninline\n", project.Read("ran"));
    }

    [Fact]
    public async Task A_deployed_hook_of_Destroy_can_be_allowed_when_the_descriptor_has_it_no_more_and_the_command_told_is_one_to_type()
    {
        await using var project = New("  pre_destroy: [{ type: shell, name: bye, path: etc/bye, host: true }]", "ü x/my project's");
        project.Write("etc/bye", "echo one >>ran\n");
        await project.ExpectAsync(0, "--target=Deploy");
        project.Replace("etc/harbor.yaml", "  pre_destroy: [{ type: shell, name: bye, path: etc/bye, host: true }]", "  pre_destroy: []");
        project.Write("etc/bye", "echo two >>ran\n");

        var refused = await project.ExpectAsync(2, "--target=Destroy");
        var command = refused.Error.Split("To read and allow them: ")[1].Split('\n')[0];
        var allow = new Command(TestScope.New(), "sh", "-c", command) { Environment = project.Environment };
        var allowed = await (allow with { WorkingDirectory = Repository.Root }).TryRunAsync(CancellationToken.None);
        await project.ExpectAsync(0, "--target=Destroy");

        Assert.EndsWith("my project'\\''s'", command);
        Assert.True(allowed.ExitCode == 0, allowed.Output + allowed.Error);
        Assert.Contains("echo two >>ran", allowed.Output);
        Assert.Equal("two\n", project.Read("ran"));
    }

    [Fact]
    public async Task Scripts_beside_the_services_are_found_where_asked_for_and_the_projects_own_runner_is_built_once()
    {
        await using var project = New("");
        var mark = Guid.NewGuid().ToString("N");
        project.Write("Dockerfile.runner", $"FROM debian:bookworm\nRUN echo {mark} >/mark\n");
        project.Write("stacks/web/hooks/post_service_prepare.sh", "echo found: $HARBOR_SERVICE $(cat /mark)\n");

        Assert.DoesNotContain("Hook:", (await project.ExpectAsync(0, "--target=Prepare")).Output);
        project.Write("stacks/web/harbor.yaml", "hooks: { autodiscover: true }\n");
        project.Replace("etc/harbor.yaml", "runner: { image: debian:bookworm }", "");
        var first = (await project.ExpectAsync(0, "--target=Prepare")).Output;
        var second = (await project.ExpectAsync(0, "--target=Prepare")).Output;
        await TestProject.DockerAsync("image", "rm", first[first.IndexOf("harbor-runner:", StringComparison.Ordinal)..].Split(' ')[0]);

        Assert.Contains($"found: web {mark}\n", first);
        Assert.Contains("Building the runner's image", first);
        Assert.Contains($"found: web {mark}\n", second);
        Assert.DoesNotContain("Building", second);
    }

    [Theory]
    [InlineData("-INT", 130, "")]
    [InlineData("-KILL", 137, " containers of its hooks.")]
    public async Task The_container_of_a_run_that_was_ended_is_removed_at_once_or_by_the_next(string signal, int exitCode, string said)
    {
        await using var project = New("""  pre_source: [{ type: shell, run: "trap : TERM; while true; do sleep 0.1; done" }]""");
        using var run = project.Start("--target=Prepare");
        await TestProject.EventuallyAsync(async () => (await ContainersAsync(project)).Length > 0);

        await TestProject.SendAsync(signal, run); // First, so that the run does not see its child end.
        if (signal == "-KILL")
        {
            // As after a power cut of everything but the engine: nobody is left who could tell the container.
            foreach (var child in (await new Command(TestScope.New(), "pgrep", "--full", $"source={project.Root}\",")
                .TryRunAsync(CancellationToken.None)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                await new Command(TestScope.New(), "kill", "-KILL", child).TryRunAsync(CancellationToken.None);
            }
        }

        await run.WaitForExitAsync().WaitAsync(Soon);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Equal(signal == "-KILL", (await ContainersAsync(project)).Length > 0);
        Assert.Contains(said, (await project.ExpectAsync(0, "--target=Prepare", "--skip-hooks")).Output);
        Assert.Empty(await ContainersAsync(project));
    }

    [Fact]
    public async Task A_routine_is_a_CSharp_file_and_a_container_brings_its_own_command()
    {
        await using var project = New("""
              post_prepare:
                - { type: routine, path: etc/hooks/greet.cs }
                - { type: container, image: "${BASE}", command: [sh, -c, "echo container of $HARBOR_PROJECT"] }
            """);
        project.Write("etc/sys.env", "GREETING=hello\nLEVEL=1\nBASE=debian:bookworm\n");
        project.Replace("etc/harbor.yaml", "runner: { image: debian:bookworm }", "");
        project.Write("etc/hooks/greet.cs", """Console.WriteLine($"{Environment.GetEnvironmentVariable("GREETING")} from C#");""");

        var output = (await project.ExpectAsync(0, "--target=Prepare")).Output;

        Assert.Contains("hello from C#\n", output);
        Assert.Contains($"container of {project.Name}\n", output);

        var compiled = Compiled();
        Assert.Contains("hello from C#\n", (await project.ExpectAsync(0, "--target=Prepare")).Output);
        Assert.Equal(compiled, Compiled());
        project.Replace("etc/hooks/greet.cs", "from C#", "from another C#");
        Assert.Contains("hello from another C#\n", (await project.ExpectAsync(0, "--target=Prepare")).Output);
        Assert.NotEqual(compiled, Compiled());

        DateTime Compiled() =>
            File.GetLastWriteTimeUtc(
            Directory.GetFiles(project.PathOf("var/artifacts/routines"), "greet.dll", SearchOption.AllDirectories).Max()!);
    }

    [Fact]
    public async Task A_script_that_is_not_there_is_told_before_anything_starts()
    {
        await using var project = New("""
              pre_source: [{ type: shell, path: etc/missing.sh }, { type: routine, path: etc/harbor.yaml }]
              post_source: [{ type: shell, path: etc }]
            """);

        var error = (await project.ExpectAsync(2, "--target=Source")).Error;

        Assert.Contains("The hook 'shell-1' runs etc/missing.sh, which is missing.", error);
        Assert.Contains("The routine 'etc/harbor.yaml' is not a C# file", error);
        Assert.Contains("The hook 'shell-1' runs etc, which is a folder.", error);
        Assert.Contains("Nothing was started.", error);
        Assert.False(Directory.Exists(project.PathOf("var/state")));
    }

    /// <summary>A project with these hooks, and a folder for what the user allows beside it.</summary>
    internal static TestProject New(string hooks, string folder = "project")
    {
        var project = new TestProject(folder);
        project.Environment["XDG_DATA_HOME"] = Path.Combine(Path.GetDirectoryName(project.Root)!, "data");
        project.Write("etc/harbor.yaml", project.Read("etc/harbor.yaml") + "\nrunner: { image: debian:bookworm }\n");
        if (hooks.Length > 0)
        {
            Hooks(project, hooks);
        }

        return project;
    }

    internal static void Hooks(TestProject project, string hooks) =>
        project.Write("etc/harbor.yaml", $"{project.Read("etc/harbor.yaml")}hooks:\n{hooks}\n");

    internal static async Task<string[]> ContainersAsync(TestProject project)
    {
        var listed = await TestProject.DockerAsync(
            "ps", "--all", "--filter", "label=harbor.runner", "--format", "{{.ID}} {{.Mounts}}", "--no-trunc");
        return [.. listed.Split('\n').Where(line => line.Contains(project.Root, StringComparison.Ordinal))];
    }
}
