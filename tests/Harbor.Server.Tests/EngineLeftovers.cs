using Harbor.Server.Sandboxes;

namespace Harbor.Server.Tests;

/// <summary>What an installation leaves on the engine when its folder goes.</summary>
internal static class EngineLeftovers
{
    public static async Task RemoveAsync(SandboxEngine engine, Guid installation)
    {
        var ct = CancellationToken.None;
        foreach (var container in await engine.OwnAsync(installation, ct))
        {
            await engine.RemoveAsync(container.Id, ct);
        }

        foreach (var (name, _) in await engine.OwnNetworksAsync(installation, ct))
        {
            await engine.RemoveNetworkAsync(name, ct);
        }

        foreach (var image in await engine.OwnImagesAsync(installation, ct))
        {
            await engine.RemoveImageAsync(image.Id, ct, force: true);
        }
    }
}
