using System.Text.Json;

namespace Harbor.EndToEnd;

[Trait("Category", "Engine")]
public sealed class DeployTests
{
    [Fact]
    public async Task A_stack_comes_up_and_deploying_it_again_touches_nothing()
    {
        await using var project = new TestProject();

        var first = await project.ExpectAsync(0, "--target=Deploy");
        var containers = await project.ContainersAsync();
        var second = await project.ExpectAsync(0, "--target=Deploy");

        Assert.Equal(["init", "web", "worker"], containers.Keys.Order());
        Assert.Contains("healthy", first.Output);
        Assert.Contains("up to date", second.Output);
        Assert.Empty(await project.RecreatedAsync(containers));
    }

    [Fact]
    public async Task A_project_may_be_in_a_folder_with_blanks_and_any_letters()
    {
        await using var project = new TestProject("mein Projekt – λ 'ü'");

        await project.ExpectAsync(0, "--target=Deploy");
        var containers = await project.ContainersAsync();
        var again = await project.ExpectAsync(0, "--target=Deploy");

        Assert.Equal("greeting hello\n", await TestProject.DockerAsync("exec", containers["web"], "cat", "/config/web.conf"));
        Assert.Contains("up to date", again.Output);
        await project.ExpectAsync(0, "--target=Destroy");
        Assert.Empty(await project.ContainersAsync());
    }

    [Theory]
    [InlineData("stacks/web/templates/web.conf", "greeting", "greetings", "web")]
    [InlineData("etc/sys.env", "GREETING=hello", "GREETING=bye", "web")]
    [InlineData("etc/sys.env", "LEVEL=1", "LEVEL=2", "worker")]
    [InlineData("etc/stacks/compose.worker.yml", "inline one", "inline two", "worker")]
    [InlineData("etc/stacks/compose.web.yml", "sleep 100000", "sleep 100001", "web")]
    [InlineData("etc/secrets.env", "PASSWORD=", "PASSWORD=new", "worker")]
    [InlineData("etc/harbor.yaml", "timeout: 60s", "timeout: 61s", "")]
    [InlineData("etc/stacks/compose.yml", "what every selection shares", "nothing of a service", "")]
    public async Task A_change_recreates_exactly_the_service_that_it_is_about(string file, string old, string @new, string recreated)
    {
        await using var project = new TestProject();
        await project.ExpectAsync(0, "--target=Deploy");
        var before = await project.ContainersAsync();

        project.Replace(file, old, @new);
        var changed = await project.ExpectAsync(0, "--target=Deploy");
        var after = await project.RecreatedAsync(before);
        var again = await project.ExpectAsync(0, "--target=Deploy");

        Assert.DoesNotContain("up to date", changed.Output);
        Assert.Equal(recreated.Length == 0 ? [] : [recreated], after.Where(service => service != "init"));
        Assert.Contains("up to date", again.Output);
    }

    [Fact]
    public async Task A_container_killed_by_hand_is_started_again()
    {
        await using var project = new TestProject();
        await project.ExpectAsync(0, "--target=Deploy");
        var before = await project.ContainersAsync();

        await TestProject.DockerAsync("kill", before["worker"]);
        var result = await project.ExpectAsync(0, "--target=Deploy");

        Assert.Contains("worker: stopped", result.Output);
        Assert.Equal("true", (await TestProject.DockerAsync("inspect", "--format", "{{.State.Running}}", before["worker"])).Trim());
        Assert.DoesNotContain("web", await project.RecreatedAsync(before));
    }

    [Fact]
    public async Task A_container_removed_by_hand_is_made_again()
    {
        await using var project = new TestProject();
        await project.ExpectAsync(0, "--target=Deploy");
        var before = await project.ContainersAsync();

        await TestProject.DockerAsync("rm", "--force", before["web"]);
        await project.ExpectAsync(0, "--target=Deploy");

        Assert.Contains("web", await project.RecreatedAsync(before));
        Assert.DoesNotContain("worker", await project.RecreatedAsync(before));
    }

    [Fact]
    public async Task A_rendered_folder_removed_by_hand_is_rendered_again_and_its_service_gets_the_new_one()
    {
        await using var project = new TestProject();
        await project.ExpectAsync(0, "--target=Deploy");
        var before = await project.ContainersAsync();
        Directory.Delete(project.PathOf("var/run/web"), recursive: true);

        var plan = await project.ExpectAsync(10, "--target=Plan", "--exit-code");
        await project.ExpectAsync(0, "--target=Deploy");

        Assert.Contains($"recreate  {project.Name}-web-1: ", plan.Output);
        Assert.Equal(["web"], await project.RecreatedAsync(before));
        Assert.Equal("greeting hello\n", await TestProject.DockerAsync("exec", $"{project.Name}-web-1", "cat", "/config/web.conf"));
        await project.ExpectAsync(0, "--target=Plan", "--exit-code");
    }

    [Fact]
    public async Task An_image_whose_name_means_another_one_now_recreates_its_service()
    {
        await using var project = new TestProject();
        var image = $"{project.Name}:test";
        await TestProject.DockerAsync("tag", "debian:bookworm", image);
        try
        {
            project.Replace("etc/stacks/compose.web.yml", "debian:bookworm", image);
            await project.ExpectAsync(0, "--target=Deploy");
            var before = await project.ContainersAsync();

            var changed = (await TestProject.DockerAsync("commit", "--change", "LABEL changed=1", before["worker"], image)).Trim();
            await project.ExpectAsync(0, "--target=Deploy");

            var now = await project.ContainersAsync();
            Assert.Equal(changed, (await TestProject.DockerAsync("inspect", "--format", "{{.Image}}", now["web"])).Trim());
            Assert.Equal(before["worker"], now["worker"]);
        }
        finally
        {
            await project.HarborAsync("--target=Destroy");
            await TestProject.DockerAsync("rmi", "--force", image);
        }
    }

    [Fact]
    public async Task Many_files_reach_Compose_as_one_and_a_change_in_one_of_them_is_noticed()
    {
        await using var project = new TestProject();
        for (var number = 1; number <= 40; number++)
        {
            project.Write($"etc/stacks/compose.web.o{number}.yml",
                $"services: {{ web: {{ labels: {{ number.{number}: \"one\", last: \"{number}\" }} }} }}\n");
        }

        await project.ExpectAsync(0, "--target=Deploy");
        var before = await project.ContainersAsync();
        Assert.Single(Directory.GetFiles(project.PathOf("var/state/merged")));
        Assert.Contains("up to date", (await project.ExpectAsync(0, "--target=Deploy")).Output);
        project.Replace("etc/stacks/compose.web.o7.yml", "one", "two");
        await project.ExpectAsync(0, "--target=Deploy");

        Assert.Equal(["web"], (await project.RecreatedAsync(before)).Where(service => service != "init"));
        var web = (await project.ContainersAsync())["web"];
        Assert.Equal(
            "two one 9",
            (await TestProject.DockerAsync("inspect", "--format",
            "{{index .Config.Labels \"number.7\"}} {{index .Config.Labels \"number.40\"}} {{.Config.Labels.last}}", web)).Trim());
    }

    [Fact]
    public async Task Json_is_the_only_thing_on_standard_output()
    {
        await using var project = new TestProject();

        var source = JsonDocument.Parse((await project.ExpectAsync(0, "--target=Source", "--output", "json")).Output).RootElement;
        var prepare = JsonDocument.Parse((await project.ExpectAsync(0, "--target=Prepare", "--output", "json")).Output).RootElement;
        var deploy = JsonDocument.Parse((await project.ExpectAsync(0, "--target=Deploy", "--output", "json")).Output).RootElement;
        var history = JsonDocument.Parse((await project.ExpectAsync(0, "--target=History", "--output", "json")).Output).RootElement;

        Assert.Equal(
            ["etc/stacks/compose.yml", "etc/stacks/compose.init.yml", "etc/stacks/compose.web.yml", "etc/stacks/compose.worker.yml"],
            source.GetProperty("files").EnumerateArray().Select(file => file.GetString()));
        Assert.Equal("var/run/web/config/web.conf", prepare.GetProperty("changes")[0].GetProperty("path").GetString());
        Assert.Equal(3, deploy.GetProperty("services").GetArrayLength());
        Assert.Equal(["Deploy"], history[0].GetProperty("targets").EnumerateArray().Select(target => target.GetString()));
    }

    [Fact]
    public async Task A_service_that_fails_is_named_with_its_last_words_and_no_secret()
    {
        await using var project = new TestProject();
        project.Write("etc/stacks/compose.worker.yml", """
            services:
              worker:
                image: debian:bookworm
                command: ["sh", "-c", "echo the disk is on fire; echo password is $$(cat /run/secrets/password) >&2; exit 3"]
                secrets: [password]
            secrets:
              password: { environment: PASSWORD }
            """);

        var result = await project.ExpectAsync(1, "--target=Deploy");
        var all = result.Output + result.Error;

        Assert.Contains("worker", all);
        Assert.Contains("exited with code 3", all);
        Assert.Contains("the disk is on fire", all);
        Assert.Contains("password is ***", all);
        Assert.DoesNotContain(TestProject.Secret, all);
    }

    [Fact]
    public async Task Secrets_are_in_no_file_label_or_output()
    {
        await using var project = new TestProject();
        project.Replace("etc/stacks/compose.init.yml", "[\"true\"]", "[\"sh\", \"-c\", \"echo ${PASSWORD}\"]");
        project.Replace("etc/harbor.yaml", "- { action: health }", "- { action: logs, target: [init] }");

        var result = await project.ExpectAsync(0, "--target=Deploy", "--verbosity=Diagnostic", "--set", $"OTHER={TestProject.Secret}");

        Assert.Contains("init | ***", result.Output);
        Assert.DoesNotContain(TestProject.Secret, result.Output + result.Error);
        foreach (var file in Directory.EnumerateFiles(project.PathOf("var"), "*", SearchOption.AllDirectories))
        {
            Assert.False(File.ReadAllText(file).Contains(TestProject.Secret, StringComparison.Ordinal), $"{file} holds the secret");
        }

        var worker = (await project.ContainersAsync())["worker"];
        Assert.DoesNotContain(TestProject.Secret, await TestProject.DockerAsync("inspect", worker));
        Assert.Equal(TestProject.Secret, await TestProject.DockerAsync("exec", worker, "cat", "/run/secrets/password"));
    }
}
