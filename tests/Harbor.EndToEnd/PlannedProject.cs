using System.Text.Json;
using Harbor.Processes;

namespace Harbor.EndToEnd;

/// <summary>Four services that sleep, d behind a behind b, c, which shares with a, may be left out, and d reloads; what a plan and the engine say of them.</summary>
internal sealed class PlannedProject : IAsyncDisposable
{
    public const string OfB = "environment: { LEVEL: \"${LEVEL}\" }\n    env_file: var/run/b/config/b.env\n    volumes: [\"./etc/b.conf:/b.conf:ro\"]";
    private static readonly string[] Watched = ["create", "start", "destroy", "unpause", "exec_start"];
    private readonly TestProject _project = new();

    public PlannedProject()
    {
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
        Service("d", "volumes: [\"./var/run/d/config:/config:ro\"]\n    labels: { harbor.reload: \"cat /config/d.conf > /tmp/loaded\" }\n    depends_on: [a]");
    }

    public string Name => _project.Name;

    /// <summary>A tag that random edits move.</summary>
    public string Image => $"{Name}:moving";

    public TestProject Files => _project;

    /// <summary>e, which completes before a starts.</summary>
    public void AddJob()
    {
        _project.Replace("etc/harbor.yaml", "[a, b, d]", "[a, b, d, e]");
        Service("e", "depends_on: [b]", command: "true");
        _project.Replace("etc/stacks/compose.a.yml", "depends_on: [b]", "depends_on: { b: { condition: service_started }, e: { condition: service_completed_successfully } }");
    }

    public void Service(string name, string more, string image = "debian:bookworm", string command = "exec sleep 100000") => _project.Write($"etc/stacks/compose.{name}.yml", $"""
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
        Assert.True(exitCode is { } expected ? result.ExitCode == expected : result.ExitCode is 0 or 10, $"exit code {result.ExitCode}\n{result.Output}\n{result.Error}");
        return JsonDocument.Parse(result.Output).RootElement;
    }

    public async Task<IReadOnlyList<string>> EventsAsync(string since, string until)
    {
        var lines = await TestProject.DockerAsync("events", "--since", since, "--until", until, "--filter", $"label=com.docker.compose.project={Name}", "--filter", "type=container",
            "--format", "{{index .Actor.Attributes \"com.docker.compose.service\"}} {{.Action}} {{.ID}}");
        var events = lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')) // exec_start: what it runs
            .Select(words => (string[])[words[0], words[1].TrimEnd(':'), words[^1]]).Where(words => Watched.Contains(words[1])).ToList();
        var destroyed = events.Where(words => words[1] == "destroy").Select(words => words[2]).ToHashSet();

        // The engine lets a paused container run again in order to stop it: that is a part of its end.
        return Counted(events.Where(words => words[1] != "unpause" || !destroyed.Contains(words[2])).Select(words => (words[0], words[1])));
    }

    /// <summary>In order, <c>a create 1</c>.</summary>
    public static IReadOnlyList<string> Counted(IEnumerable<(string Service, string Action)> events) =>
        [.. events.Where(happened => Watched.Contains(happened.Action)).GroupBy(happened => happened).Select(group => $"{group.Key.Service} {group.Key.Action} {group.Count()}").Order(StringComparer.Ordinal)];

    public ValueTask DisposeAsync() => _project.DisposeAsync();
}
