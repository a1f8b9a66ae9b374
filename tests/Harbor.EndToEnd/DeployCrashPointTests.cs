using System.Text.RegularExpressions;

namespace Harbor.EndToEnd;

/// <summary>
/// As <see cref="PrepareCrashPointTests"/>, with containers: killed after each change to a file that Prepare does not make, when Compose
/// starts, at each step of which it tells, when it has ended, and before each request that changes something in the engine: also between
/// those by which Compose creates a container, copies secrets and configs into it, and starts it. The same command again leaves the
/// containers and the state that an undisturbed run leaves.
/// </summary>
[Trait("Category", "Engine")]
public sealed partial class DeployCrashPointTests
{
    private const string Secrets = "/run/secrets/password /run/secrets/certificate /inline.conf";

    [Fact]
    public Task Killed_at_10_random_points_it_is_completed_by_the_next() => IsCompletedAsync(sample: 10);

    [Fact]
    [Trait("Exhaustive", "true")]
    public Task Killed_at_any_point_it_is_completed_by_the_next() => IsCompletedAsync(sample: null);

    [Fact]
    public Task Killed_at_10_random_points_what_was_rendered_is_loaded_by_the_next_into_the_same_container() => IsLoadedAsync(sample: 10);

    [Fact]
    [Trait("Exhaustive", "true")]
    public Task Killed_at_any_point_what_was_rendered_is_loaded_by_the_next_into_the_same_container() => IsLoadedAsync(sample: null);

    private static async Task IsCompletedAsync(int? sample)
    {
        await using var project = await NewAsync();
        await using var engine = new EngineSpy(project);
        var docker = new DockerSpy(project);
        ReadSecrets(project);
        await ChangeAsync(project, 1);
        await project.ExpectAsync(0, "--target=Deploy");
        await ChangeAsync(project, 0);

        var deploy = project.Command("--target=Deploy");
        await new CrashPoints(project, deploy, kind => ChangeAsync(project, kind), () => LeftWithSecretsAsync(project))
        {
            Sample = sample,
            Docker = docker,
            Engine = engine,
            Passed = [.. await PointsOfPrepareAsync(project)],
        }.HoldAsync();

        // Where the container is gone, the requests: there is no older one to fall back on. What is rendered stays: the digest is over
        // that, too.
        await new CrashPoints(project, deploy, kind => RemoveAndChangeAsync(project, kind), () => LeftWithSecretsAsync(project))
        {
            Engine = engine,
            IsWanted = point => point.StartsWith(EngineSpy.Prefix, StringComparison.Ordinal),
        }.HoldAsync();
    }

    private static async Task IsLoadedAsync(int? sample)
    {
        await using var project = new TestProject("project");
        project.Replace("etc/harbor.yaml", "[web, worker, init]", "[web]");
        project.Replace(
            "etc/stacks/compose.web.yml", "init: true", "init: true\n    labels: { harbor.reload: cp /config/web.conf /tmp/loaded }");
        await project.ExpectAsync(0, "--target=Deploy");
        await ChangeAsync(project, 0);

        await new CrashPoints(project, project.Command("--target=Deploy"), kind => ChangeAsync(project, kind), async () =>
        [
            .. await LeftAsync(project),
            .. (await project.ContainersAsync()).Values,
            await TestProject.DockerAsync("exec", $"{project.Name}-web-1", "cat", "/tmp/loaded"),
        ])
        {
            Sample = sample,
            Docker = new DockerSpy(project),
            Passed = [.. await PointsOfPrepareAsync(project)],
        }.HoldAsync();
    }

    internal static Task<IReadOnlyList<string>> PointsOfPrepareAsync(TestProject project) =>
        TracedRun.PointsAsync(project.Command("--target=Prepare", "--skip-hooks"), project.Root);

    private static Task ChangeAsync(TestProject project, int kind)
    {
        project.Write("etc/sys.env", $"GREETING=of kind {kind}\nLEVEL={kind}\n");
        return Task.CompletedTask;
    }

    private static async Task RemoveAndChangeAsync(TestProject project, int kind)
    {
        await TestProject.DockerAsync("compose", "--project-name", project.Name, "down", "--timeout", "0");
        await ChangeAsync(project, kind);
    }

    /// <summary>Its service ends, and is started again for ever, where one of what Compose copies or mounts is missing.</summary>
    internal static void ReadSecrets(TestProject project)
    {
        project.Write("etc/certificate.pem", "of a file\n");
        project.Replace("etc/stacks/compose.worker.yml", "secrets: [password]", "restart: always\n    secrets: [password, certificate]");
        const string file = "etc/stacks/compose.worker.yml";
        project.Replace(file, "{ environment: PASSWORD }", "{ environment: PASSWORD }\n  certificate: { file: etc/certificate.pem }");
        project.Replace(
            file, """["sleep", "100000"]""", $"""["sh", "-c", "cat {Secrets} && exec sleep 100000"]""");
    }

    /// <summary>What the service of <see cref="ReadSecrets"/> reads.</summary>
    internal static async Task<string> SecretsAsync(TestProject project)
    {
        var read = new Processes.Command(TestScope.New(), "docker", ["exec", $"{project.Name}-worker-1", "cat", .. Secrets.Split(' ')]);
        return (await read.TryRunAsync(CancellationToken.None)).Output;
    }

    /// <summary>
    /// Without the mark behind the digest of a container that was recreated once more, and without Compose's hash, which is over that, too.
    /// </summary>
    private static async Task<List<string>> LeftWithSecretsAsync(TestProject project) =>
    [
        .. from entry in await LeftAsync(project)
            where !entry.StartsWith("com.docker.compose.config-hash=", StringComparison.Ordinal)
            select Mark().Replace(entry, ""),
        await SecretsAsync(project),
    ];

    /// <summary>Containers, networks and volumes with all that was given to them, and what is in var.</summary>
    internal static async Task<List<string>> LeftAsync(TestProject project)
    {
        string[] ours = ["--filter", $"label=com.docker.compose.project={project.Name}"];
        var ids = (await TestProject.DockerAsync(["ps", "--all", "--quiet", "--no-trunc", .. ours]))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var containers = ids.Length == 0 ? "" : await TestProject.DockerAsync(["inspect", "--format", "{{.Name}} {{.State.Status}} " +
            "{{json .Config.Env}} {{json .Config.Cmd}} {{json .HostConfig.Binds}}{{range $name, $value := .Config.Labels}}{{if ne $name " +
            "\"com.docker.compose.replace\"}}\n{{$name}}={{$value}}{{end}}{{end}}", .. ids]);
        var others = await TestProject.DockerAsync(["network", "ls", "--format", "network {{.Name}}", .. ours])
            + await TestProject.DockerAsync(["volume", "ls", "--format", "volume {{.Name}}", .. ours]);
        var hooks = await TestProject.DockerAsync(
            "ps", "--all", "--filter", "label=harbor.runner", "--format", "{{.Mounts}}", "--no-trunc");
        return
        [
            .. containers.Split('\n').Order(), .. others.Split('\n').Order(), .. hooks.Split('\n')
            .Where(mounts => mounts.Contains(project.Root, StringComparison.Ordinal)),
            .. PrepareCrashPointTests.FilesOf(project)
            .Select(file => Varying().Replace(ids.Aggregate(file, (text, id) => text.Replace(id, "*", StringComparison.Ordinal)), "*")),
        ];
    }

    /// <summary>
    /// One service that is given a secret, its file of variables, a template, and a hook whose script is copied for the time that it runs.
    /// </summary>
    internal static async Task<TestProject> NewAsync()
    {
        var project = new TestProject("project");
        project.Environment["XDG_DATA_HOME"] = Path.Combine(Path.GetDirectoryName(project.Root)!, "data");
        project.Replace("etc/harbor.yaml", "[web, worker, init]", "[worker]");
        project.Replace("etc/harbor.yaml", "\ndeploy:\n",
            "\nhooks: { pre_deploy: [{ type: shell, host: true, run: \"true\" }] }\ndeploy:\n  envFile: true\n");
        project.Write("stacks/worker/templates/worker.conf", "greeting {{GREETING}}\n");
        project.Replace("etc/stacks/compose.worker.yml", "\"data:/data\"", "\"data:/data\", \"./var/run/worker/config:/config:ro\"");
        await project.ExpectAsync(0, "--target=Allow");
        return project;
    }

    [GeneratedRegex("(?<=igest(=|\": ?\")[0-9a-f]{32}(\\.o[0-9a-f]{16})?)\\.[0-9a-f]{6}")]
    private static partial Regex Mark();

    /// <summary>Ids of runs, and times.</summary>
    [GeneratedRegex("\\d{8}T\\d{9}Z-[0-9a-f]{6}|\\d{4}-\\d\\d-\\d\\dT[0-9:.]+(Z|\\+00:00)")]
    private static partial Regex Varying();
}
