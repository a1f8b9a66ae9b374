using Docker.DotNet.Models;

namespace Harbor.Server.Sandboxes;

public sealed partial class SandboxEngine
{
    private const string Nobody = "65534:65534";

    /// <summary>A container that sandboxes share the network of: its own loopback. It can write to one folder of the host, which is its
    /// <c>/relay</c>, and nowhere else.</summary>
    /// <param name="script">Run by <c>/bin/sh -c</c>.</param>
    public async Task<string> StartRelayAsync(string image, string script, string folder, IReadOnlyDictionary<string, string> labels,
        CancellationToken ct)
    {
        var source = await HostPathAsync(folder, ct);
        var made = await CallAsync("create relay", Deadline, token => _client.Containers.CreateContainerAsync(new CreateContainerParameters
        {
            Image = image,
            Hostname = "sandbox", // What joins it has its name.
            Entrypoint = ["/bin/sh", "-c"],
            Cmd = [script],
            User = Nobody,
            Labels = labels.ToDictionary(),
            HostConfig = new HostConfig
            {
                NetworkMode = "none",
                CapDrop = ["ALL"],
                SecurityOpt = ["no-new-privileges"],
                ReadonlyRootfs = true,
                Memory = 64L * 1024 * 1024,
                MemorySwap = 64L * 1024 * 1024,
                PidsLimit = 512,
                LogConfig = new LogConfig { Type = "none" },
                Mounts = [new Mount { Type = "bind", Source = source, Target = "/relay" }],
            },
        }, token), ct);
        await StartAsync(made.ID, ct);
        return made.ID;
    }

    /// <summary>What a folder is called on the engine's machine, where this process may itself be in a container.</summary>
    private async Task<string> HostPathAsync(string folder, CancellationToken ct)
    {
        if (!File.Exists("/.dockerenv"))
        {
            return folder;
        }

        try
        {
            var own = await CallAsync("inspect", Deadline,
                token => _client.Containers.InspectContainerAsync(Environment.MachineName, new ContainerInspectParameters(), token), ct);
            var mount = own.Mounts.Where(mount => folder.StartsWith(mount.Destination.TrimEnd('/') + "/", StringComparison.Ordinal))
                .MaxBy(mount => mount.Destination.Length);
            return mount is null ? folder : mount.Source + folder[mount.Destination.TrimEnd('/').Length..];
        }
        catch (EngineException error) when (IsMissing(error))
        {
            return folder; // Another engine's container.
        }
    }
}
