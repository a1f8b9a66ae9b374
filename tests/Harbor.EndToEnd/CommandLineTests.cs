using System.Diagnostics;
using System.Net.Sockets;

namespace Harbor.EndToEnd;

/// <summary>What a user types and reads, without an engine.</summary>
public sealed class CommandLineTests
{
    [Fact]
    public async Task Help_lists_targets_and_options()
    {
        await using var project = new TestProject();

        var help = (await project.ExpectAsync(0, "--help")).Output;

        Assert.All(["Deploy", "Destroy", "Prepare", "Source", "History", "Setup", "Test", "--working", "--dryrun"],
            word => Assert.Contains(word, help));
    }

    [Fact]
    public async Task The_short_command_takes_words_and_names_itself()
    {
        await using var project = new TestProject();
        var build = project.Command("run", "prepare");
        var harbor = build with { FileName = Path.Combine(Repository.Root, "harbor") };

        var prepared = await harbor.TryRunAsync(CancellationToken.None);
        var help = await (harbor with { Arguments = ["--help", "prepare"] }).TryRunAsync(CancellationToken.None);

        Assert.True(prepared.ExitCode == 0, prepared.Output + prepared.Error);
        Assert.True(File.Exists(project.PathOf("var/run/web/config/web.conf")));
        Assert.StartsWith("Usage: ./harbor prepare [options]", help.Output, StringComparison.Ordinal);
        var same = await project.ExpectAsync(0, "--help", "prepare");
        Assert.StartsWith("Usage: ./build.sh prepare [options]", same.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_option_that_the_target_does_not_take_is_refused_and_nothing_is_done()
    {
        await using var project = new TestProject();

        var error = (await project.ExpectAsync(2, "--target=Deploy", "--volumes")).Error;

        Assert.Equal("--volumes: Deploy does not take it. Targets that do: Destroy, Plan.", error.Trim());
        Assert.False(Directory.Exists(project.PathOf("var")));
    }

    [Fact]
    public async Task A_run_that_only_looks_leaves_nothing()
    {
        await using var project = new TestProject();

        await project.ExpectAsync(0, "env");
        await project.ExpectAsync(0, "history");
        await project.ExpectAsync(0);

        Assert.False(Directory.Exists(project.PathOf("var")));
    }

    [Fact]
    public async Task An_unknown_option_and_a_mistyped_target_get_the_nearest_name()
    {
        await using var project = new TestProject();

        var option = await project.ExpectAsync(2, "--target=Deploy", "--servcies=web");
        var target = await project.ExpectAsync(2, "--target=Deplyo");

        Assert.Contains("--services", option.Error);
        Assert.Contains("'Deploy'", target.Error);
    }

    [Fact]
    public async Task A_time_to_wait_that_is_none_or_too_long_is_refused()
    {
        await using var project = new TestProject();

        foreach (var time in (string[])["99999999999999999999s", "60", "0s", "soon"])
        {
            var refused = await project.ExpectAsync(2, "--target=Deploy", $"--wait-lock={time}");

            Assert.Contains($"--wait-lock expects a duration like 60s, 2m or 1h30m, above 0, with at most six digits each, not '{time}'.",
                refused.Error, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(project.PathOf("var/state")));
    }

    [Fact]
    public async Task All_mistakes_of_descriptor_and_override_are_told_at_once_with_their_places()
    {
        await using var project = new TestProject();
        project.Replace("etc/harbor.yaml", "profiles:", "profils:");
        project.Write("stacks/web/harbor.yaml", "depoly: {}\n");

        var error = (await project.ExpectAsync(2, "--target=Deploy")).Error;

        Assert.Contains("etc/harbor.yaml:3:1: ", error);
        Assert.Contains("'profiles'", error);
        Assert.Contains("stacks/web/harbor.yaml:1:1: ", error);
        Assert.False(Directory.Exists(project.PathOf("var/state")));
    }

    [Fact]
    public async Task An_unknown_service_is_refused_and_an_option_without_a_file_is_a_warning()
    {
        await using var project = new TestProject();

        var service = await project.ExpectAsync(2, "--target=Source", "--services=wokrer");
        var option = await project.ExpectAsync(0, "--target=Source", "--options=nothing");

        Assert.Contains("Did you mean 'worker'?", service.Error);
        Assert.Contains("'nothing' matches no compose file", option.Output + option.Error);
    }

    [Fact]
    [Trait("Category", "Engine")]
    public async Task A_base_file_that_is_not_there_is_refused_before_Compose_is_asked()
    {
        await using var project = new TestProject();
        File.Delete(project.PathOf("etc/stacks/compose.yml"));

        var error = (await project.ExpectAsync(2, "--target=Deploy")).Error;

        Assert.Contains("etc/stacks/compose.yml: The file does not exist, but every selection contains it", error);
    }

    [Fact]
    public async Task Source_can_explain_why_a_file_is_not_in()
    {
        await using var project = new TestProject();
        project.Write("etc/stacks/compose.x.web.traefik.yml", "services: {}\n");

        var explained = (await project.ExpectAsync(0, "--target=Source", "--explain")).Output;

        Assert.Contains("compose.x.web.traefik.yml", explained);
        Assert.Contains("traefik", explained);
    }

    [Fact]
    public async Task A_dry_run_and_a_tree_change_nothing()
    {
        await using var project = new TestProject();

        project.Replace("etc/harbor.yaml", "- { action: health }", "- { action: logs, when: \"${LEVEL}\" }");

        var tree = (await project.ExpectAsync(0, "--tree", "--target=Deploy")).Output;
        var dry = (await project.ExpectAsync(0, "--dryrun", "--target=Deploy")).Output;

        Assert.Contains("ComposeUp", tree);
        Assert.Contains("ComposeUp", dry);
        Assert.Contains("TailLogs", dry);
        Assert.False(Directory.Exists(project.PathOf("var/run")));
    }

    [Fact]
    public async Task No_engine_is_an_error_that_says_what_to_type()
    {
        await using var project = new TestProject();
        project.Environment["DOCKER_HOST"] = $"unix://{project.PathOf("no.sock")}";

        var error = (await project.ExpectAsync(1, "--target=Deploy")).Error;

        Assert.Contains("no.sock (DOCKER_HOST) does not exist", error);
        Assert.Contains("unset DOCKER_HOST", error);
        Assert.False(File.Exists(project.PathOf("var/state/deployment.json")));
    }

    [Fact]
    [Trait("Category", "Engine")]
    public async Task No_engine_where_one_is_expected_by_default_is_an_error_that_names_Setup()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "Hiding the engine's socket takes root.");
        await using var project = new TestProject();
        var deploy = project.Command("--target=Deploy");

        // A mount namespace of its own: nobody else sees the empty folder.
        var result = await (deploy with
        {
            FileName = "unshare",
            Arguments = ["--mount", "sh", "-c", "mount -t tmpfs none \"$(realpath /var/run)\" && exec \"$@\"",
            "sh", deploy.FileName, .. deploy.Arguments],
        }).TryRunAsync(CancellationToken.None);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("The engine is installed, but does not run.", result.Error);
        Assert.Contains("./build.sh --target=Setup", result.Error);
    }

    [Fact]
    [Trait("Category", "Engine")]
    public async Task No_compose_is_an_error_that_names_Setup()
    {
        await using var project = new TestProject();
        foreach (var program in new[] { "docker", "docker-compose" })
        {
            project.Write($"bin/{program}", "#!/bin/sh\necho \"docker: 'compose' is not a docker command.\" >&2\nexit 1\n",
                (UnixFileMode)0b111_101_101);
        }

        project.Environment["PATH"] = project.PathOf("bin") + ":" + project.Environment["PATH"];

        var error = (await project.ExpectAsync(1, "--target=Deploy")).Error;

        Assert.Contains("Docker Compose 2 is needed", error);
        Assert.Contains("./build.sh --target=Setup", error);
    }

    [Fact]
    public async Task An_engine_that_does_not_answer_is_given_up_on()
    {
        await using var project = new TestProject();
        using var silent = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        silent.Bind(new UnixDomainSocketEndPoint(project.PathOf("silent.sock")));
        silent.Listen();
        project.Environment["DOCKER_HOST"] = $"unix://{project.PathOf("silent.sock")}";
        var clock = Stopwatch.StartNew();

        var error = (await project.ExpectAsync(1, "--target=Deploy")).Error;

        Assert.Contains("silent.sock (DOCKER_HOST) listens, but did not answer within 5 s", error);
        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20));
    }
}
