using System.Text.Json;
using Harbor.Processes;

namespace Harbor.Engines;

/// <summary>Uses the engine's API over its Unix or TCP socket. Connections are kept for later requests, a few at once.</summary>
public sealed partial class SocketEngine(EngineEndpoint endpoint) : IEngine
{
    public EngineEndpoint Endpoint { get; } = endpoint;

    /// <summary>See <see cref="RunScope.HarborCommand"/>.</summary>
    public string HarborCommand { get; init; } = RunScope.DefaultHarborCommand;

    /// <summary>
    /// How long the first answer may take. An engine that has answered gets six times as long later, because it is busy then, not stuck.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    public async Task<EngineVersion> VersionAsync(CancellationToken ct)
    {
        using var version = await GetAsync("/version", ct);
        return new EngineVersion(version.RootElement.Text("Version"), version.RootElement.Text("ApiVersion"));
    }

    public async Task<IReadOnlyList<EngineContainer>> ContainersAsync(string project, bool oneOffs, CancellationToken ct)
    {
        var filters = Filters(("label", [$"{EngineJson.ProjectLabel}={project}"]));
        using var list = await GetAsync($"/containers/json?all=1&filters={filters}", ct);
        return EngineJson.Ordered(list.RootElement.EnumerateArray().Select(EngineJson.Listed), oneOffs);
    }

    public async Task<IReadOnlyList<EngineContainer>> RunningContainersAsync(CancellationToken ct)
    {
        using var list = await GetAsync("/containers/json", ct);
        return EngineJson.Ordered(list.RootElement.EnumerateArray().Select(EngineJson.Listed), oneOffs: true);
    }

    public async Task<ContainerDetails?> InspectAsync(string id, CancellationToken ct)
    {
        using var container = await TryGetAsync($"/containers/{Uri.EscapeDataString(id)}/json", ct);
        return container is null ? null : EngineJson.Inspected(container.RootElement);
    }

    public async Task<ContainerSettings?> SettingsAsync(string id, CancellationToken ct)
    {
        using var container = await TryGetAsync($"/containers/{id}/json", ct);
        return container is null ? null : ContainerSettings.FromInspection(container.RootElement);
    }

    public async Task<IReadOnlyDictionary<string, string>> ImagesAsync(IReadOnlyCollection<string> names, CancellationToken ct)
    {
        var ids = new Dictionary<string, string>();
        if (names.Count == 0)
        {
            return ids;
        }

        using var list = await GetAsync($"/images/json?filters={Filters(("reference", names))}", ct);
        var tags = EngineJson.ImageTags(list.RootElement);
        foreach (var name in names)
        {
            // The engine knows more spellings of a name (registry, digest, id) than the list shows.
            if (tags.TryGetValue(EngineJson.WithTag(name), out var id))
            {
                ids[name] = id;
            }
            else if (await TryGetAsync(
                $"/images/{Uri.EscapeDataString(name).Replace("%2F", "/", StringComparison.Ordinal)}/json", ct) is { } image)
            {
                using (image)
                {
                    ids[name] = image.RootElement.Text("Id");
                }
            }
        }

        return ids;
    }

    public async Task<IReadOnlyList<string>> LogsAsync(string id, int lines, CancellationToken ct)
    {
        var (status, body) = await AskAsync("GET", $"/containers/{Uri.EscapeDataString(id)}/logs?stdout=1&stderr=1&tail={lines}", ct);
        return status switch
        {
            200 => LogFrames.Lines(body.Span, lines),
            404 or 409 => [], // 409: marked for removal.
            _ => throw Refused("logs", status, body),
        };
    }

    public Task RenameAsync(string id, string name, CancellationToken ct) =>
        RequestAsync("POST", $"/containers/{Uri.EscapeDataString(id)}/rename?name={Uri.EscapeDataString(name)}", $"rename to {name}", ct);

    public Task UnpauseAsync(string id, CancellationToken ct) =>
        RequestAsync("POST", $"/containers/{Uri.EscapeDataString(id)}/unpause", $"unpause {id}", ct);

    public async Task StopAsync(string id, TimeSpan? grace, CancellationToken ct)
    {
        var path = $"/containers/{Uri.EscapeDataString(id)}/stop{(grace is { } own ? $"?t={Math.Ceiling(own.TotalSeconds):0}" : "")}";
        var patience = grace is null ? Timeout.InfiniteTimeSpan : CurrentPatience + grace.Value;
        var (status, body) = await AskAsync("POST", path, json: null, patience, ct);
        if (status >= 300 && status is not (304 or 404))
        {
            throw Refused($"stop {id}", status, body);
        }
    }

    public Task StartAsync(string id, CancellationToken ct) =>
        RequestAsync("POST", $"/containers/{Uri.EscapeDataString(id)}/start", $"start {id}", ct, 304); // 304: it runs already.

    public Task RemoveAsync(string id, bool anonymousVolumes, CancellationToken ct) => RequestAsync(
        "DELETE", $"/containers/{Uri.EscapeDataString(id)}?force=1{(anonymousVolumes ? "&v=1" : "")}", $"remove {id}", ct,
        404, 409); // 409: being removed already.

    private async Task RequestAsync(
        string method, string path, string action, CancellationToken ct, params int[] alsoAccepted)
    {
        var (status, body) = await AskAsync(method, path, ct);
        if (status >= 300 && !alsoAccepted.Contains(status))
        {
            throw Refused(action, status, body);
        }
    }

    private async Task<JsonDocument> GetAsync(string path, CancellationToken ct)
    {
        var (status, body) = await AskAsync("GET", path, ct);
        return status == 200 ? Parse(body) : throw Refused(path, status, body);
    }

    /// <summary>Null where the engine says 404.</summary>
    private async Task<JsonDocument?> TryGetAsync(string path, CancellationToken ct)
    {
        var (status, body) = await AskAsync("GET", path, ct);
        return status switch
        {
            200 => Parse(body),
            404 => null,
            _ => throw Refused(path, status, body),
        };
    }

    private JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException e)
        {
            throw EngineFailure.Broken(Endpoint, new InvalidDataException("its answer is not JSON", e));
        }
    }

    private static string Filters(params (string Name, IReadOnlyCollection<string> Values)[] filters) =>
        Uri.EscapeDataString($"{{{string.Join(',', filters.Select(filter =>
            $"\"{filter.Name}\":[{string.Join(',', filter.Values.Select(value => $"\"{JsonEncodedText.Encode(value)}\""))}]"))}}}");
}
