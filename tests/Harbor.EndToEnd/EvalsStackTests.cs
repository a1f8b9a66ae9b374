using Harbor.Processes;

namespace Harbor.EndToEnd;

/// <summary>The profile evals of the repository: the server of the evaluations, deployed by Harbor.</summary>
public sealed class EvalsStackTests
{
    [Fact]
    public async Task Only_a_profile_with_the_server_compiles_it()
    {
        await using var project = new TestProject();
        project.UseQuickStart();

        var quickStart = await project.ExpectAsync(0, "--target=Deploy", "--tree");
        var evals = await project.ExpectAsync(0, "--target=Deploy", "--tree", "--profile=evals");

        Assert.DoesNotContain("CompileServerImage", quickStart.Output, StringComparison.Ordinal);
        Assert.Contains("CompileServerImage", evals.Output, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Category", "Engine")]
    public async Task Before_the_server_is_compiled_a_plan_does_not_know_what_becomes_of_its_container()
    {
        await using var project = new TestProject();
        project.UseQuickStart();

        var plan = await project.ExpectAsync(10, "--target=Plan", "--profile=evals", "--exit-code");

        Assert.Contains("? evals: its program is compiled from changed sources first", plan.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("? evals-db", plan.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(project.PathOf("var/artifacts/server-image")));
    }

    [Fact]
    [Trait("Category", "Engine")]
    [Trait("Exhaustive", "true")] // It compiles the server twice: for the image, and for the commands.
    public async Task The_deployed_server_builds_runs_and_scores_and_keeps_what_it_has_over_a_restart()
    {
        await using var project = new TestProject();
        project.UseQuickStart();
        project.Write("harbor.build.yaml", """
            name: half
            dockerfile_path: Dockerfile
            context_dir: app
            network: none
            entrypoint: echo '{"metrics":{"reward_mean":1,"details":{}},"success":true}' > /tmp/result.json
            limits: {timeout_s: 60, cpu_cores: 1, memory_mb: 512, disk_mb: 1024}
            verify_command: sh /tests/check.sh
            verify_dir: tests
            """);
        project.Write("app/Dockerfile", "FROM debian:bookworm\n");
        project.Write("app/tests/check.sh", "echo 0.5 > /logs/verifier/reward.txt\n");

        var first = await DeployAsync(project);
        var key = project.Read("etc/secrets.env").Split('\n')
            .First(line => line.StartsWith("EVALS_API_KEY=", StringComparison.Ordinal))["EVALS_API_KEY=".Length..];
        Assert.Contains("the key is EVALS_API_KEY in etc/secrets.env", first.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(key, first.Output + first.Error, StringComparison.Ordinal);

        project.Environment["HARBOR_API_KEY"] = key;
        project.Environment["HARBOR_BACKEND_URL"] = Address(first);
        await CommandAsync(project, "Deployments", "upload", "--spec", project.PathOf("harbor.build.yaml"), "--wait");
        await CommandAsync(project, "Instances", "create", "half", "--count", "2");
        await CommandAsync(project, "Rollout", "run", "half", "--seeds", "2");
        var scored = await CommandAsync(project, "Eval", "run", "--deployment-id", "half", "--seeds", "2");
        Assert.Contains("mean reward 0.5000", scored.Output, StringComparison.Ordinal);

        Assert.Contains(
            "first key", (await CommandAsync(project, "Exec", "evals", "harbor-server", "keys", "list")).Output, StringComparison.Ordinal);
        await project.ExpectAsync(0, "--target=Restart");
        var again = await DeployAsync(project);
        Assert.Contains("up to date: 2 containers run as deployed", again.Output, StringComparison.Ordinal);
        project.Environment["HARBOR_BACKEND_URL"] = Address(again); // The engine has chosen another port.
        var kept = await CommandAsync(project, "Rollout", "list");
        Assert.Equal(4, kept.Output.Split("0.5000").Length - 1);

        await project.ExpectAsync(0, "--target=Destroy", "--volumes", "--yes");
        Assert.Empty(await project.ContainersAsync());
    }

    private static string Address(CommandResult deploy) => deploy.Output.Split('\n')
        .First(line => line.StartsWith("evals ", StringComparison.Ordinal) && line.Contains("http://", StringComparison.Ordinal))
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1];

    private static async Task<CommandResult> DeployAsync(TestProject project) => await WaitAsync(
        project.Command("--target=Deploy", "--profile=evals", "--set=EVALS_PORT=0"));

    private static async Task<CommandResult> CommandAsync(TestProject project, string target, params string[] words) =>
        await WaitAsync(project.Command([$"--target={target}", "--", .. words]));

    private static async Task<CommandResult> WaitAsync(Command command)
    {
        var result = await (command with { Timeout = TimeSpan.FromMinutes(10) }).TryRunAsync(TestContext.Current.CancellationToken);
        Assert.True(result.ExitCode == 0, $"{command}: {result.ExitCode}\n{result.Output}\n{result.Error}");
        return result;
    }
}
