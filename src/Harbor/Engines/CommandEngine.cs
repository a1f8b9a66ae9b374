using System.Text.Json;
using Harbor.Processes;

namespace Harbor.Engines;

/// <summary>
/// Reaches an engine without a plain socket here (ssh, TLS, a named pipe) through the docker command. Slower: each request is a process.
/// </summary>
public sealed partial class CommandEngine(EngineEndpoint endpoint, RunScope scope) : IEngine
{
    public EngineEndpoint Endpoint { get; } = endpoint;

    /// <summary>How long one command may take, including the ssh connection.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public async Task<EngineVersion> VersionAsync(CancellationToken ct)
    {
        using var version = JsonDocument.Parse((await RunAsync(["version", "--format", "{{json .Server}}"], ct)).Output);
        return new EngineVersion(version.RootElement.Text("Version"), version.RootElement.Text("ApiVersion"));
    }

    public Task<IReadOnlyList<EngineContainer>> ContainersAsync(string project, bool oneOffs, CancellationToken ct) =>
        ListAsync(["--all", "--filter", $"label={EngineJson.ProjectLabel}={project}"], oneOffs, ct);

    public Task<IReadOnlyList<EngineContainer>> RunningContainersAsync(CancellationToken ct) => ListAsync([], oneOffs: true, ct);

    private async Task<IReadOnlyList<EngineContainer>> ListAsync(IReadOnlyList<string> which, bool oneOffs, CancellationToken ct)
    {
        var list = await RunAsync(["ps", "--no-trunc", .. which, "--format", "{{.ID}} {{.Image}}"], ct);
        var images = list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', 2)).ToDictionary(parts => parts[0], parts => parts[1]);
        using var containers = await InspectAllAsync("container", images.Keys, ct);
        return EngineJson.Ordered(containers.RootElement.EnumerateArray().Select(container =>
            EngineJson.ListedFromInspection(container, images[container.Text("Id")])), oneOffs);
    }

    public async Task<ContainerDetails?> InspectAsync(string id, CancellationToken ct)
    {
        using var containers = await InspectAllAsync("container", [id], ct);
        return containers.RootElement.GetArrayLength() == 0 ? null : EngineJson.Inspected(containers.RootElement[0]);
    }

    public async Task<ContainerSettings?> SettingsAsync(string id, CancellationToken ct)
    {
        using var containers = await InspectAllAsync("container", [id], ct);
        return containers.RootElement.GetArrayLength() == 0 ? null : ContainerSettings.FromInspection(containers.RootElement[0]);
    }

    public async Task<IReadOnlyDictionary<string, string>> ImagesAsync(IReadOnlyCollection<string> names, CancellationToken ct)
    {
        using var images = await InspectAllAsync("image", names, ct);
        var tags = EngineJson.ImageTags(images.RootElement);
        var ids = new Dictionary<string, string>();
        foreach (var name in names)
        {
            var id = tags.GetValueOrDefault(EngineJson.WithTag(name));
            if (id is null)
            {
                using var image = await InspectAllAsync("image", [name], ct);
                id = image.RootElement.GetArrayLength() == 0 ? null : image.RootElement[0].Text("Id");
            }

            if (id is not null)
            {
                ids[name] = id;
            }
        }

        return ids;
    }

    public async Task<IReadOnlyList<string>> LogsAsync(string id, int lines, CancellationToken ct)
    {
        var command = Docker(["logs", "--timestamps", "--tail", $"{lines}", id]);
        var result = await TryRunAsync(command, ct);
        if (result.ExitCode != 0)
        {
            return IsGone(result) ? [] : throw Failed(command, result);
        }

        // The command splits the streams. The time stamps, all of one width, restore the order.
        return [.. LogFrames.Lines(result.Output, lines).Concat(LogFrames.Lines(result.Error, lines))
            .OrderBy(line => line.Split(' ')[0], StringComparer.Ordinal).TakeLast(lines)
                .Select(line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..])];
    }

    public async Task<ExecResult> ExecAsync(string id, IReadOnlyList<string> command, CancellationToken ct)
    {
        var result = await TryRunAsync(Docker(["exec", id, .. command]) with { Timeout = null }, ct);
        return new ExecResult(result.ExitCode, result.Output + result.Error);
    }

    public Task RenameAsync(string id, string name, CancellationToken ct) => RunAsync(["rename", id, name], ct);

    public Task UnpauseAsync(string id, CancellationToken ct) => RunAsync(["unpause", id], ct);

    public Task StopAsync(string id, TimeSpan? grace, CancellationToken ct) => RunUnlessGoneAsync(
        grace is { } own
            ? Docker(["stop", "--time", $"{Math.Ceiling(own.TotalSeconds):0}", id]) with { Timeout = Patience + own }
            : Docker(["stop", id]) with { Timeout = null },
        ct);

    public Task StartAsync(string id, CancellationToken ct) => RunAsync(["start", id], ct);

    public Task RemoveAsync(string id, bool anonymousVolumes, CancellationToken ct) =>
        RunUnlessGoneAsync(Docker(anonymousVolumes ? ["rm", "--force", "--volumes", id] : ["rm", "--force", id]), ct);

    private async Task RunUnlessGoneAsync(Command command, CancellationToken ct)
    {
        var result = await TryRunAsync(command, ct);
        if (result.ExitCode != 0 && !IsGone(result))
        {
            throw Failed(command, result);
        }
    }

    /// <summary>A JSON array of those that exist.</summary>
    private async Task<JsonDocument> InspectAllAsync(string type, IReadOnlyCollection<string> ids, CancellationToken ct)
    {
        if (ids.Count == 0)
        {
            return JsonDocument.Parse("[]");
        }

        var command = Docker(["inspect", "--type", type, .. ids]);
        var result = await TryRunAsync(command, ct);
        return result.ExitCode == 0 || IsGone(result) ? JsonDocument.Parse(result.Output) : throw Failed(command, result);
    }
}
