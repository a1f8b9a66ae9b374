using System.Collections.Concurrent;
using System.Text.Json;
using Harbor.Processes;

namespace Harbor.EndToEnd;

/// <summary>
/// Four services that sleep: d depends on a, and a on b; c shares with a and may be left out; d reloads. What a plan and the engine say of
/// them.
/// </summary>
internal sealed class PlannedProject : IAsyncDisposable
{
    public const string OfB =
        "environment: { LEVEL: \"${LEVEL}\" }\n    env_file: var/run/b/config/b.env\n    volumes: [\"./etc/b.conf:/b.conf:ro\"]";
    private static readonly string[] Watched = ["create", "start", "destroy", "unpause", "exec_start"];
    private readonly TestProject _project = new();

    public PlannedProject()
    {
        _project.Environment["HARBOR_PLAN_CHECK"] = "fail";
        _project.Replace("etc/harbor.yaml", "[web, worker, init]", "[a, b, d]");
        foreach (var old in (string[])["web", "worker", "init"])
        {
            File.Delete(_project.PathOf($"etc/stacks/compose.{old}.yml"));
        }

        Directory.Delete(_project.PathOf("stacks/web"), recursive: true);
        _project.Write("stacks/a/templates/a.conf", "greeting {{GREETING}}\n");
        _project.Write("etc/b.conf", "one\n");
        Service("a", "volumes: [\"./var/run/a/config:/config:ro\"]\n    depends_on: [b]");
        _project.Write("stacks/b/templates/b.env", "FROM_FILE=one\n");
        Service("b", OfB);
        Service("c", "network_mode: service:a");
        _project.Write("stacks/d/templates/d.conf", "one\n");
        Service("d", "volumes: [\"./var/run/d/config:/config:ro\"]\n    labels: { harbor.reload: \"cat /config/d.conf > /tmp/loaded\" }\n" +
            "    depends_on: [a]");
    }

    /// <summary>
    /// f, which is built from files and from the image of g, and has an env file in a second document; h, which comes in by include.
    /// </summary>
    public void AddBuilt()
    {
        _project.Replace("etc/harbor.yaml", "[a, b, d, e]", "[a, b, d, e, f, g]");
        _project.Write("built/g/Dockerfile", "FROM debian:bookworm\nCOPY v /v\n");
        _project.Write("built/g/v", "one\n");
        _project.Write("built/f/Dockerfile", $"ARG BASE\nFROM $BASE\nCOPY . /c\n");
        _project.Write("built/f/f.txt", "one\n");
        _project.Write("etc/f.env", "FROM_SECOND=one\n");
        _project.Write("built/inc/.env", "FROM_INCLUDE=one\n");
        _project.Write("built/inc/compose.yml", """
            services:
              h:
                image: debian:bookworm
                init: true
                command: ["sleep", "100000"]
                stop_grace_period: 0s
                environment: { FROM_INCLUDE: "${FROM_INCLUDE}" }
            """);
        Service("g", "build: ./built/g", $"{Name}:g");
        Service("f", $"build: {{ context: ./built/f, args: {{ BASE: '{Name}:g' }} }}\ninclude: [built/inc/compose.yml]\n---\n" +
            "services: { f: { env_file: [etc/f.env] } }", $"{Name}:f");
    }

    public IReadOnlyList<string> BuiltImages => [$"{Name}:f", $"{Name}:g"];

    public string Name => _project.Name;

    /// <summary>A tag that random edits move.</summary>
    public string Image => $"{Name}:moving";

    public TestProject Files => _project;

    /// <summary>e, which completes before a starts.</summary>
    public void AddJob()
    {
        _project.Replace("etc/harbor.yaml", "[a, b, d]", "[a, b, d, e]");
        Service("e", "depends_on: [b]", command: "true");
        _project.Replace("etc/stacks/compose.a.yml", "depends_on: [b]",
            "depends_on: { b: { condition: service_started }, e: { condition: service_completed_successfully } }");
    }

    public void Service(string name, string more, string image = "debian:bookworm", string command = "exec sleep 100000") =>
        _project.Write($"etc/stacks/compose.{name}.yml", $"""
        services:
          {name}:
            image: {image}
            init: true
            command: ["sh", "-c", "{command}"]
            stop_grace_period: 0s
            {more}
        """);

    /// <summary>Two images that differ, the first of which has the moving tag.</summary>
    public async Task<string[]> MakeImagesAsync()
    {
        var container = (await TestProject.DockerAsync("create", "debian:bookworm", "true")).Trim();
        string[] images = [$"{Name}:one", $"{Name}:two"];
        foreach (var image in images)
        {
            await TestProject.DockerAsync("commit", "--change", $"LABEL image={image}", container, image);
        }

        await TestProject.DockerAsync("rm", container);
        await TestProject.DockerAsync("tag", images[0], Image);
        return images;
    }

    public Task<CommandResult> ExpectAsync(int exitCode, params string[] args) => _project.ExpectAsync(exitCode, args);

    public Task<CommandResult> HarborAsync(params string[] args) => _project.HarborAsync(args);

    public Task<IReadOnlyDictionary<string, string>> ContainersAsync() => _project.ContainersAsync();

    /// <param name="exitCode">Null: either.</param>
    public async Task<JsonElement> PlanAsync(int? exitCode)
    {
        var result = await _project.HarborAsync("--target=Plan", "--output=json", "--exit-code");
        Assert.True(exitCode is { } expected
            ? result.ExitCode == expected : result.ExitCode is 0 or 10, $"exit code {result.ExitCode}\n{result.Output}\n{result.Error}");
        return JsonDocument.Parse(result.Output).RootElement;
    }

    /// <summary>
    /// What the engine does while something runs. The events are streamed: asked for afterwards, an engine remembers the last 256 only, and
    /// health checks of other tests make many.
    /// </summary>
    public async Task<IReadOnlyList<string>> EventsOfAsync(Func<Task> run)
    {
        var lines = new ConcurrentQueue<string>();
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        var listening = new Command(TestScope.New(), "docker", "events", "--filter", "type=container",
            "--filter", $"label=com.docker.compose.project={Name}", "--format",
            "{{.Actor.Attributes.name}} {{index .Actor.Attributes \"com.docker.compose.service\"}} {{.Action}} {{.ID}}")
        { OnOutput = lines.Enqueue }.TryRunAsync(stop.Token);
        await MarkAsync($"{Name}-begin", lines);
        await run();
        await MarkAsync($"{Name}-end", lines);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listening);

        var events = lines.Select(line => line.Split(' ')).Where(words => words[1].Length > 0) // exec_start: what it runs
            .Select(words => (string[])[words[1], words[2].TrimEnd(':'), words[^1]]).Where(words => Watched.Contains(words[1])).ToList();
        var destroyed = events.Where(words => words[1] == "destroy").Select(words => words[2]).ToHashSet();

        // The engine lets a paused container run again in order to stop it: that is a part of its end.
        return Counted(events.Where(words => words[1] != "unpause" || !destroyed.Contains(words[2])).Select(words => (words[0], words[1])));
    }

    /// <summary>A container of no service comes and goes, until its event is seen: all events before it have been seen, too.</summary>
    private async Task MarkAsync(string name, ConcurrentQueue<string> lines)
    {
        await TestProject.EventuallyAsync(async () =>
        {
            await TestProject.DockerAsync(
                "create", "--name", name, "--label", $"com.docker.compose.project={Name}", "debian:bookworm", "true");
            await TestProject.DockerAsync("rm", name);
            await Task.Delay(500);
            return lines.Any(line => line.StartsWith(name, StringComparison.Ordinal));
        });
    }

    /// <summary>In order, <c>a create 1</c>.</summary>
    public static IReadOnlyList<string> Counted(IEnumerable<(string Service, string Action)> events) =>
        [.. events.Where(happened => Watched.Contains(happened.Action)).GroupBy(happened => happened)
            .Select(group => $"{group.Key.Service} {group.Key.Action} {group.Count()}").Order(StringComparer.Ordinal)];

    public ValueTask DisposeAsync() => _project.DisposeAsync();
}
