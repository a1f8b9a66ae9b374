using System.Text.Json;
using Harbor.Processes;

namespace Harbor.Engines;

public sealed partial class CommandEngine
{
    public Task<IReadOnlyList<EngineResource>> NetworksAsync(string project, CancellationToken ct) =>
        ResourcesAsync("network", "{{.ID}}", project, EngineJson.Network, ct);

    public Task<IReadOnlyList<EngineResource>> VolumesAsync(string project, CancellationToken ct) =>
        ResourcesAsync("volume", "{{.Name}}", project, EngineJson.Volume, ct);

    public Task<bool> RemoveNetworkAsync(string id, CancellationToken ct) => RemoveUnusedAsync("network", id, ct);

    public Task<bool> RemoveVolumeAsync(string name, CancellationToken ct) => RemoveUnusedAsync("volume", name, ct);

    private async Task<IReadOnlyList<EngineResource>> ResourcesAsync(
        string type, string format, string project, Func<JsonElement, EngineResource> read, CancellationToken ct)
    {
        var list = await RunAsync(
            [type, "ls", .. (string[])(type == "network" ? ["--no-trunc"] : []), "--filter", $"label={EngineJson.ProjectLabel}={project}",
                "--format", format], ct);
        using var resources = await InspectAllAsync(type, list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries), ct);
        return [.. resources.RootElement.EnumerateArray().Select(read)];
    }

    private async Task<bool> RemoveUnusedAsync(string type, string id, CancellationToken ct)
    {
        var command = Docker([type, "rm", id]);
        var result = await TryRunAsync(command, ct);
        return result.ExitCode == 0 || IsGone(result)
            || (IsInUse(result) ? false : throw Failed(command, result));
    }

    private static bool IsInUse(CommandResult result) =>
        result.Error.Contains("in use", StringComparison.Ordinal) || result.Error.Contains("active endpoints", StringComparison.Ordinal);
}
