namespace Harbor.Engines;

public sealed partial class SocketEngine
{
    public async Task<IReadOnlyList<EngineResource>> NetworksAsync(string project, CancellationToken ct)
    {
        using var list = await GetAsync($"/networks?filters={Filters(("label", [$"{EngineJson.ProjectLabel}={project}"]))}", ct);
        return [.. list.RootElement.EnumerateArray().Select(EngineJson.Network)];
    }

    public async Task<IReadOnlyList<EngineResource>> VolumesAsync(string project, CancellationToken ct)
    {
        using var list = await GetAsync($"/volumes?filters={Filters(("label", [$"{EngineJson.ProjectLabel}={project}"]))}", ct);
        return [.. list.RootElement.Items("Volumes").Select(EngineJson.Volume)];
    }

    public Task<bool> RemoveNetworkAsync(string id, CancellationToken ct) =>
        RemoveUnusedAsync($"/networks/{Uri.EscapeDataString(id)}", $"remove network {id}", ct);

    public Task<bool> RemoveVolumeAsync(string name, CancellationToken ct) =>
        RemoveUnusedAsync($"/volumes/{Uri.EscapeDataString(name)}", $"remove volume {name}", ct);

    private async Task<bool> RemoveUnusedAsync(string path, string what, CancellationToken ct)
    {
        var (status, body) = await AskAsync("DELETE", path, ct);
        return status switch
        {
            < 300 or 404 => true,
            403 or 409 => false, // In use: a network's answer is 403, a volume's 409.
            _ => throw Refused(what, status, body),
        };
    }
}
