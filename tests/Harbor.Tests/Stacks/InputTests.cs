using Harbor.Processes;

namespace Harbor.Tests.Stacks;

/// <summary>
/// Whatever a service is made of: a change of it is in the plan, the Deploy brings it into the container, and then all is up to date. With
/// real containers; where only the decision matters, <see cref="Harbor.Tests.Compose.ServiceBuildsTests"/>.
/// </summary>
[Trait("Category", "Engine")]
public sealed class InputTests
{
    private const string Sleeper = "image: 'debian:bookworm', init: true, stop_grace_period: 0s, command: [sleep, infinity]";

    [Fact]
    public async Task Env_files_of_a_second_document_and_of_the_project_s_name_are_followed()
    {
        await using var project = New($$"""
            services: { web: { {{Sleeper}}, env_file: ["${COMPOSE_PROJECT_NAME}.env"] } }
            ---
            services: { web: { env_file: [two.env], label_file: [a.labels] } }
            """);
        project.Write($"{project.Name}.env", "A=1\n");
        project.Write("two.env", "B=1\n");
        project.Write("a.labels", "l=1\n");
        await project.DeployAsync();

        await ChangesAsync(project, "environment A changed", () => project.Write($"{project.Name}.env", "A=2\n"));
        await ChangesAsync(project, "environment B changed", () => project.Write("two.env", "B=2\n"));
        await ChangesAsync(project, "label l changed", () => project.Write("a.labels", "l=2\n"));

        Assert.Equal("2 2", await ExecAsync(project, "echo $A $B"));
    }

    [Fact]
    public async Task An_env_file_of_a_second_document_may_be_rendered()
    {
        await using var project = New($$"""
            services: { web: { {{Sleeper}} } }
            ---
            services: { web: { env_file: [./var/run/web/config/app.env] } }
            """);
        project.Write("stacks/web/templates/app.env", "X={{GREETING}}\n");

        Assert.Equal(["web: create: it is not there yet"], await PlannedAsync(project)); // The first plan, before any Prepare.
        await project.DeployAsync();
        await ChangesAsync(project, "environment X changed", () => project.Write("etc/sys.env", "GREETING=salut\n"));

        Assert.Equal("salut", await ExecAsync(project, "echo $X"));
    }

    [Fact]
    public async Task Included_and_extended_files_and_what_they_name_are_followed()
    {
        await using var project = New("""
            include:
              - { path: [sub/a.yml, other/b.yml], project_directory: pd, env_file: inc.env }
            """);
        project.Write("inc.env", "NAMED=one\nWHO=w1\n");
        project.Write("sub/a.yml", $"services: {{ web: {{ {Sleeper}, env_file: '${{NAMED}}.env' }} }}\n");
        project.Write("other/b.yml", "services: { more: { image: 'debian:bookworm', init: true, stop_grace_period: 0s, " +
            "command: [sleep, infinity], environment: { WHO: '${WHO}' }, extends: { file: ../ext/base.yml, service: base } } }\n");
        project.Write("ext/base.yml", "services: { base: { env_file: base.env } }\n");
        project.Write("ext/base.env", "BASE=1\n");
        project.Write("pd/one.env", "FROM=one\n");
        project.Write("pd/two.env", "FROM=two\n");
        await project.DeployAsync();
        Assert.Equal("one", await ExecAsync(project, "echo $FROM"));

        await ChangesAsync(project, "environment FROM changed", () => project.Write("pd/one.env", "FROM=uno\n"));
        await ChangesAsync(project, "environment FROM changed", () => project.Write("inc.env", "NAMED=two\nWHO=w1\n"));
        await ChangesAsync(project, "environment WHO changed", () => project.Write("inc.env", "NAMED=two\nWHO=w2\n"), "more");
        await ChangesAsync(project, "environment BASE changed", () => project.Write("ext/base.env", "BASE=2\n"), "more");

        Assert.Equal("two", await ExecAsync(project, "echo $FROM"));
        Assert.Equal("w2 2", await ExecAsync(project, "echo $WHO $BASE", "more"));
    }

    [Fact]
    public async Task An_env_file_beside_an_included_file_that_comes_later_is_noticed()
    {
        await using var project = New("include: [sub/a.yml]");
        project.Write("sub/a.yml", $"services: {{ web: {{ {Sleeper}, environment: {{ A: '${{LATE:-none}}' }} }} }}\n");
        await project.DeployAsync();

        await ChangesAsync(project, "environment A changed", () => project.Write("sub/.env", "LATE=there\n"));

        Assert.Equal("there", await ExecAsync(project, "echo $A"));
    }

    [Fact]
    public async Task The_mode_of_a_file_in_a_build_context_is_built_in()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Files have no modes there.");
        await using var project = Built("FROM debian:bookworm\nCOPY . /c\n");
        project.Write("ctx/f.txt", "f");
        Chmod(project, "ctx/f.txt", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await project.DeployAsync();
        Assert.Equal("600", await ExecAsync(project, "stat -c %a /c/f.txt"));

        await ChangesAsync(project, "its image is built again", () => Chmod(project, "ctx/f.txt",
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead));
        Assert.Equal("644", await ExecAsync(project, "stat -c %a /c/f.txt"));
        await ChangesAsync(project, "its image is built again",
            () => Directory.CreateDirectory(Path.Combine(project.Paths.Root, "ctx", "empty")));
        Assert.Equal("directory", await ExecAsync(project, "stat -c %F /c/empty"));
    }

    [Fact]
    public async Task What_stands_on_an_image_of_the_project_is_built_after_it_and_what_shares_one_is_recreated()
    {
        await using var project = Built("");
        project.Write("etc/stacks/compose.yml", $$"""
            services:
              a-shares: { {{Sleeper.Replace("debian:bookworm", project.Name + "-web:1", StringComparison.Ordinal)}} }
              z-base: { image: "{{project.Name}}-base:1", build: ./base, command: ["true"], restart: "no" }
            """);
        project.Write("ctx/Dockerfile", $"FROM debian:bookworm\nCOPY --from={project.Name}-base:1 /v /v\n");
        project.Write("base/Dockerfile", "FROM debian:bookworm\nCOPY v /v\n");
        project.Write("base/v", "1");
        await project.DeployAsync();
        Assert.Equal("1", await ExecAsync(project, "cat /v"));

        project.Write("base/v", "2");
        var plan = (await project.PlanAsync()).Changes!.Plan;
        Assert.Equal(["web", "z-base"], plan.ToBuild);
        Assert.Equal(
            ["a-shares recreate", "web recreate", "z-base recreate"], plan.Changes.Select(change => $"{change.Service} {change.Action}"));
        await project.DeployAsync();

        Assert.Null((await project.PlanAsync()).Changes);
        Assert.Equal("2", await ExecAsync(project, "cat /v"));
        Assert.Equal("2", await ExecAsync(project, "cat /v", "a-shares"));
        await DockerAsync("rmi", "--force", $"{project.Name}-base:1");
    }

    [Fact]
    public async Task A_base_image_that_was_made_by_hand_is_noticed_when_its_name_moves()
    {
        await using var project = Built("FROM debian:bookworm\n");
        var image = $"{project.Name}-hand:1";
        project.Write("ctx/Dockerfile", $"FROM {image}\n");
        await MakeImageAsync(image, "one");
        await project.DeployAsync();
        Assert.Null((await project.PlanAsync()).Changes);

        await MakeImageAsync(image, "two");
        var plan = await project.PlanAsync();

        Assert.Equal([$"image {image}"], plan.Differences);
        Assert.Equal(["web"], plan.Changes!.Plan.ToBuild);
        await project.DeployAsync();
        Assert.Null((await project.PlanAsync()).Changes);
        Assert.Equal("two", await DockerAsync(
            "inspect", "--format", "{{ index .Config.Labels \"made\" }}", $"{project.Name}-web-1"));
        await DockerAsync("rmi", "--force", image);
    }

    [Fact]
    public async Task What_is_not_known_is_named_by_each_plan_and_built_by_each_Deploy()
    {
        using var server = new OneFileServer("one");
        await using var project = Built($"FROM debian:bookworm\nADD http://127.0.0.1:{server.Port}/f.txt /f.txt\n");
        await project.DeployAsync();
        Assert.Equal("one", await ExecAsync(project, "cat /f.txt"));

        foreach (var content in (string[])["one", "two"])
        {
            server.Content = content;
            var plan = await project.PlanAsync();
            Assert.Equal(["some inputs are not known, so Compose checks what changed"], plan.Differences);
            Assert.Equal(
                [$"web: its Dockerfile adds http://127.0.0.1:{server.Port}/f.txt"],
                plan.Changes!.NotKnown.Select(input => $"{input.Service}: {input.Why}"));
            Assert.Equal(["web"], plan.Changes.Plan.ToBuild);
            Assert.True((await project.DeployAsync()).Changed);
            Assert.Equal(content, await ExecAsync(project, "cat /f.txt"));
        }
    }

    private static StackProject New(string compose)
    {
        var project = new StackProject("");
        project.Write("etc/stacks/compose.web.yml", compose);
        File.Delete(Path.Combine(project.Paths.Root, "stacks/web/templates/web.conf"));
        return project;
    }

    private static StackProject Built(string dockerfile, string more = "")
    {
        var project = New("");
        project.Write("ctx/Dockerfile", dockerfile);
        project.Write("etc/stacks/compose.web.yml", $$"""
            services:
              web:
                image: "{{project.Name}}-web:1"
                build: { context: ./ctx, {{more}} }
                init: true
                stop_grace_period: 0s
                command: [sleep, infinity]
            """);
        project.Images.Add($"{project.Name}-web:1");
        return project;
    }

    /// <summary>The change is planned for that reason and for one service, deployed, and then there is nothing more to do.</summary>
    private static async Task ChangesAsync(StackProject project, string reason, Action change, string service = "web")
    {
        change();
        Assert.Equal([$"{service}: recreate {project.Name}-{service}-1: {reason}"], await PlannedAsync(project));
        Assert.True((await project.DeployAsync()).Changed);
        Assert.Null((await project.PlanAsync()).Changes);
        Assert.False((await project.DeployAsync()).Changed);
    }

    private static async Task<IEnumerable<string>> PlannedAsync(StackProject project) =>
        (await project.PlanAsync()).Changes?.Plan.Changes.Select(change => change.ToString()) ?? [];

    private static void Chmod(StackProject project, string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(project.Paths.Root, path), mode);
        }
    }

    private static Task<string> ExecAsync(StackProject project, string command, string service = "web") =>
        DockerAsync("exec", $"{project.Name}-{service}-1", "sh", "-c", command);

    private static async Task MakeImageAsync(string name, string label)
    {
        var container = await DockerAsync("create", "debian:bookworm", "true");
        await DockerAsync("commit", "--change", $"LABEL made={label}", container, name);
        await DockerAsync("rm", container);
    }

    private static async Task<string> DockerAsync(params string[] arguments) =>
        (await new Command(TestScope.New(), "docker", arguments).RunAsync(TestContext.Current.CancellationToken)).Output.Trim();
}
