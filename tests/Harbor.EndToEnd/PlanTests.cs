using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Harbor.Processes;

namespace Harbor.EndToEnd;

[Trait("Category", "Engine")]
public sealed class PlanTests
{
    [Fact]
    public async Task A_plan_names_what_would_be_done_and_does_nothing_of_it()
    {
        await using var project = new TestProject();
        project.Replace("etc/harbor.yaml", "autoCapabilities: false } }", "autoCapabilities: false } }\nprepare: { env: { sources: [{ " +
            "type: sys, file: etc/sys.env }, { type: secrets, file: etc/secrets.env, generate: [TOKEN] }] } }");
        var files = Files(project);

        var first = await project.ExpectAsync(10, "--target=Plan", "--exit-code");
        Assert.Equal(files, Files(project));
        await project.ExpectAsync(0, "--target=Deploy");
        files = Files(project);
        var containers = await project.ContainersAsync();
        var same = await project.ExpectAsync(0, "--target=Plan", "--exit-code");
        project.Write("etc/sys.env", "GREETING=good day\nLEVEL=1\n");
        project.Replace("etc/secrets.env", TestProject.Secret, "n3w-" + TestProject.Secret);
        files = Files(project);
        var changed = await project.ExpectAsync(10, "--target=Plan", "--exit-code");
        await project.ExpectAsync(0, "--target=Plan");

        Assert.Contains("+ TOKEN added (etc/secrets.env), generated at random by the Deploy", first.Output);
        Assert.Contains("create    web: it is not there yet", first.Output);
        Assert.Contains("No change: everything is as deployed.", same.Output);
        Assert.Contains("~ GREETING changed (etc/sys.env:1)", changed.Output);
        Assert.Contains("~ PASSWORD changed (etc/secrets.env:1), secret", changed.Output);
        Assert.Contains("+greeting good day", changed.Output);
        Assert.Contains($"recreate  {project.Name}-web-1: mounted var/run/web/config/web.conf changed", changed.Output);
        Assert.Contains($"recreate  {project.Name}-worker-1: secret password changed", changed.Output);
        Assert.Contains("deploy:ComposeUp (etc/harbor.yaml:", changed.Output);
        Assert.Equal(files, Files(project));
        Assert.Equal(containers, await project.ContainersAsync());
    }

    [Fact]
    public async Task No_secret_old_or_new_is_in_a_plan()
    {
        await using var project = new TestProject();
        project.Write("stacks/web/templates/web.conf", "greeting {{GREETING}}\npassword {{PASSWORD}}\n");
        await project.ExpectAsync(0, "--target=Deploy");
        project.Write("etc/secrets.env", "PASSWORD=fresh-9SdKq2\n");

        var text = await project.ExpectAsync(0, "--target=Plan", "--verbosity=Diagnostic");
        var json = await project.ExpectAsync(0, "--target=Plan", "--output=json");
        project.Write("etc/secrets.env", $"PASSWORD={TestProject.Secret}\n");
        await project.ExpectAsync(0, "--target=Prepare", "--set=PASSWORD=between-7Hq3Zx"); // What is rendered now, no Deploy has seen.
        var between = await project.ExpectAsync(0, "--target=Plan");

        foreach (var secret in (string[])[TestProject.Secret, "fresh-9SdKq2", "between-7Hq3Zx"])
        {
            Assert.DoesNotContain(secret, text.Output + text.Error + json.Output + json.Error + between.Output + between.Error);
        }

        var file = JsonDocument.Parse(json.Output).RootElement.GetProperty("files")[0];
        Assert.Equal("var/run/web/config/web.conf", file.GetProperty("path").GetString());
        Assert.Contains("+password ***\n", file.GetProperty("diff").GetString());
        Assert.Contains("-*** (hidden", file.GetProperty("diff").GetString());
        Assert.Contains("-*** (hidden", between.Output);
    }

    [Fact]
    public async Task An_env_file_that_Prepare_would_write_counts_as_if_it_were_there()
    {
        await using var project = new TestProject();
        project.Write("stacks/web/templates/web.env", "FROM_FILE={{GREETING}}\nTOKEN={{PASSWORD}}\n");
        project.Replace(
            "etc/stacks/compose.web.yml", "image:", "env_file: [{ path: ./var/run/web/config/web.env, required: false }]\n    image:");
        var memory = Directory.CreateDirectory($"/dev/shm/{project.Name}"); // Others use /dev/shm at the same time.
        project.Environment["XDG_RUNTIME_DIR"] = memory.FullName;
        var files = Files(project);

        var first = await project.ExpectAsync(10, "--target=Plan", "--exit-code");
        Assert.Equal(files, Files(project));
        await project.ExpectAsync(0, "--target=Deploy");
        var same = await project.ExpectAsync(0, "--target=Plan", "--exit-code");
        project.Write("etc/sys.env", "GREETING=good day\nLEVEL=1\n");
        files = Files(project);
        var changed = await project.ExpectAsync(10, "--target=Plan", "--exit-code");
        Assert.Equal(files, Files(project));
        File.Delete(project.PathOf("stacks/web/templates/web.env"));
        var removed = await project.ExpectAsync(10, "--target=Plan", "--exit-code");
        project.Replace("etc/stacks/compose.web.yml", "required: false", "required: true");
        var required = await project.ExpectAsync(2, "--target=Plan", "--exit-code");

        Assert.Contains("create    web: it is not there yet", first.Output);
        Assert.Contains("No change: everything is as deployed.", same.Output);
        Assert.Matches($"recreate  {project.Name}-web-1: .*environment FROM_FILE changed", changed.Output);
        Assert.Matches($"recreate  {project.Name}-web-1: .*environment FROM_FILE removed; environment TOKEN removed", removed.Output);
        Assert.Contains("web.env (which Prepare would remove) not found", required.Error);
        Assert.DoesNotContain(
            TestProject.Secret, first.Output + first.Error + changed.Output + changed.Error + removed.Output + removed.Error);
        Assert.Empty(memory.EnumerateFileSystemInfos());
        memory.Delete();
    }

    [Fact]
    public async Task What_can_not_be_looked_at_is_named_for_each_service_and_counts_as_a_change()
    {
        await using var project = new TestProject();
        project.Write("ctx/Dockerfile", "FROM debian:bookworm\n");
        project.Replace("etc/stacks/compose.worker.yml", "image: debian:bookworm",
            "build: { context: ./ctx, additional_contexts: { far: 'https://example.invalid/x.git' } }");

        var plan = await project.ExpectAsync(10, "--target=Plan", "--exit-code");
        using var json = JsonDocument.Parse((await project.ExpectAsync(0, "--target=Plan", "--output=json")).Output);

        Assert.Contains("Not known\n  ? worker: its build reads https://example.invalid/x.git, which is fetched\n", plan.Output);
        Assert.Contains("1 input not known, 1 image to build", plan.Output);
        Assert.Equal("worker", Assert.Single(json.RootElement.GetProperty("notKnown").EnumerateArray()).GetProperty("service").GetString());
        Assert.True(json.RootElement.GetProperty("changes").GetBoolean());
    }

    [Fact]
    public async Task Hooks_are_in_the_order_in_which_they_run_and_those_around_a_skipped_step_are_skipped_with_it()
    {
        await using var project =
            HookTests.New(
            string.Concat(
            ((string[])["post_deploy", "post_service_up", "pre_service_up", "pre_deploy", "post_prepare",
            "post_service_prepare", "pre_service_prepare", "pre_source"])
            .Select(point => $"  {point}: [{{ type: shell, run: 'true', service: web, name: x }}]\n")));
        project.Replace("etc/harbor.yaml", "timeout: 60s }", "timeout: 60s, when: \"${UP:-no}\" }");

        using var plan = JsonDocument.Parse((await project.ExpectAsync(0, "--target=Plan", "--output=json")).Output);

        Assert.Equal(
            [
                "pre_source", "pre_service_prepare", "post_service_prepare", "post_prepare", "pre_deploy",
                "pre_service_up 'when: ${UP:-no}' is false", "post_service_up 'when: ${UP:-no}' is false", "post_deploy",
            ],
            plan.RootElement.GetProperty("hooks").EnumerateArray().Select(hook =>
                hook.GetProperty("name").GetString()!.Split(':')[1]
                + (hook.TryGetProperty("skipped", out var skipped) ? $" {skipped.GetString()}" : "")));
    }

    [Fact]
    public async Task Hooks_that_a_Deploy_would_refuse_are_refused_by_its_plan()
    {
        await using var project = HookTests.New("""
              pre_deploy: [{ type: shell, name: gone, path: etc/missing.sh }]
              pre_source: [{ type: shell, name: here, host: true, run: "true" }]
            """);

        var missing = await project.ExpectAsync(2, "--target=Plan");
        project.Write("etc/missing.sh", "true\n");
        var unasked = await project.ExpectAsync(2, "--target=Plan");
        await project.ExpectAsync(0, "--target=Plan", "--skip-hooks");

        Assert.Contains("The hook 'gone' runs etc/missing.sh, which is missing.", missing.Error);
        Assert.Contains("Hook:pre_source:here runs a script on this machine, but is not allowed yet.", unasked.Error);
    }

    [Fact]
    public async Task A_plan_can_be_made_while_a_Deploy_holds_the_lock()
    {
        await using var project = new TestProject();
        project.Replace("etc/stacks/compose.web.yml", "touch /tmp/ok;", "");
        using var deploy = project.Start("--target=Deploy");
        await TestProject.EventuallyAsync(async () => (await project.ContainersAsync()).ContainsKey("web"));

        var plan = await project.ExpectAsync(0, "--target=Plan");

        Assert.False(deploy.HasExited);
        Assert.Contains("Another run is changing this project (Deploy, pid ", plan.Output);

        // What the Deploy waits for. A plan is made faster than the engine starts the container.
        await TestProject.EventuallyAsync(async () =>
            (await new Command(TestScope.New(), "docker", "exec", $"{project.Name}-web-1", "touch", "/tmp/ok")
                .TryRunAsync(CancellationToken.None)).ExitCode == 0);
        await deploy.WaitForExitAsync();
        Assert.Equal(0, deploy.ExitCode);
    }

    [Fact]
    public async Task Without_an_engine_a_plan_is_the_usual_error()
    {
        await using var project = new TestProject();
        project.Environment["DOCKER_HOST"] = $"unix://{project.PathOf("no.sock")}";

        var result = await project.ExpectAsync(1, "--target=Plan", "--exit-code");

        Assert.Contains("no.sock", result.Error);
        Assert.False(Directory.Exists(project.PathOf("var")));
    }

    /// <summary>Every path with its content and time, as one text.</summary>
    private static string Files(TestProject project)
    {
        var text = new StringBuilder();
        foreach (var entry in new DirectoryInfo(project.Root).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
            .OrderBy(entry => entry.FullName, StringComparer.Ordinal))
        {
            var content = entry is FileInfo ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(entry.FullName))) : "";
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{entry.FullName} {entry.LastWriteTimeUtc.Ticks} {content}\n");
        }

        return text.ToString();
    }
}
