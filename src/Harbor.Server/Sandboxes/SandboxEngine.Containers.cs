using System.Globalization;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Harbor.Server.Sandboxes;

public sealed partial class SandboxEngine
{
    private static readonly string[] Capabilities = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID", "KILL"];

    /// <returns>The container's id.</returns>
    /// <exception cref="EngineException">Kind <c>image_missing</c> where the engine does not have the image.</exception>
    public async Task<string> CreateAsync(SandboxSpec spec, CancellationToken ct)
    {
        var most = await CoresAsync(ct);
        try
        {
            var created = await CallAsync("create", Deadline,
                token => _client.Containers.CreateContainerAsync(Parameters(spec, most), token), ct);
            return created.ID;
        }
        catch (EngineException error) when (IsMissing(error))
        {
            throw new EngineException(FailureKinds.ImageMissing, $"image {spec.Image} is not on the engine", error);
        }
    }

    public Task StartAsync(string id, CancellationToken ct) =>
        CallAsync("start", TimeSpan.FromSeconds(60),
            token => _client.Containers.StartContainerAsync(id, new ContainerStartParameters(), token), ct);

    /// <returns>When it has ended.</returns>
    public async Task WaitAsync(string id, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                await CallAsync("wait", TimeSpan.FromHours(2), token => _client.Containers.WaitContainerAsync(id, token), ct);
            }
            catch (EngineException error) when (IsMissing(error))
            {
                return;
            }

            if (await FindAsync(id, ct) is not { IsRunning: true })
            {
                return;
            }
        }
    }

    /// <returns>Null: it is gone.</returns>
    public async Task<ContainerState?> FindAsync(string id, CancellationToken ct, bool measure = false)
    {
        try
        {
            var found = await CallAsync("inspect", measure ? LongDeadline : Deadline,
                token => _client.Containers.InspectContainerAsync(id, new ContainerInspectParameters { IncludeSize = measure }, token), ct);
            var state = found.State ?? throw new EngineException(FailureKinds.EngineLost, "the engine gave no state");
            var hasStarted = !(state.StartedAt ?? "0001-").StartsWith("0001-", StringComparison.Ordinal);
            var isRunning = state.Running || state.Paused;
            var address = found.NetworkSettings?.Networks?.Values.Select(network => network.IPAddress)
                .FirstOrDefault(text => !string.IsNullOrEmpty(text));
            return new ContainerState(found.ID, isRunning, hasStarted, isRunning || !hasStarted ? null : (int)state.ExitCode,
                state.OOMKilled, address, found.SizeRw);
        }
        catch (EngineException error) when (IsMissing(error))
        {
            return null;
        }
    }

    /// <returns>What a container was given; null: it is gone, or has no such variable.</returns>
    public async Task<string?> VariableAsync(string id, string name, CancellationToken ct)
    {
        try
        {
            var found = await CallAsync("inspect", Deadline,
                token => _client.Containers.InspectContainerAsync(id, new ContainerInspectParameters(), token), ct);
            return found.Config?.Env?.FirstOrDefault(text => text.StartsWith($"{name}=", StringComparison.Ordinal))?[(name.Length + 1)..];
        }
        catch (EngineException error) when (IsMissing(error))
        {
            return null;
        }
    }

    /// <summary>Nothing where it has ended already.</summary>
    public async Task SignalAsync(string id, string signal, CancellationToken ct)
    {
        try
        {
            await CallAsync("kill", Deadline,
                token => _client.Containers.KillContainerAsync(id, new ContainerKillParameters { Signal = signal }, token), ct);
        }
        catch (EngineException error) when (error.InnerException is DockerApiException
        {
            StatusCode: System.Net.HttpStatusCode.NotFound or System.Net.HttpStatusCode.Conflict,
        })
        {
            // It has ended.
        }
    }

    /// <summary>Kills and removes it with its volumes; nothing where it is gone.</summary>
    public async Task RemoveAsync(string id, CancellationToken ct)
    {
        try
        {
            await CallAsync("remove", LongDeadline, token => _client.Containers.RemoveContainerAsync(
                id, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, token), ct);
        }
        catch (EngineException error) when (IsMissing(error)
            || error.InnerException is DockerApiException { StatusCode: System.Net.HttpStatusCode.Conflict })
        {
            // Gone, or being removed.
        }
    }

    /// <summary>Files of a tar, into a folder of a container that may not have started yet.</summary>
    public Task PutAsync(string id, string folder, Stream tar, CancellationToken ct) =>
        CallAsync("copy in", LongDeadline, token => _client.Containers.ExtractArchiveToContainerAsync(
            id, new CopyToContainerParameters { Path = folder }, tar, token), ct);

    /// <returns>A tar of the path; null: there is no such path.</returns>
    /// <exception cref="UnreadablePathException">The sandbox made a path that leads nowhere.</exception>
    public async Task<Stream?> GetAsync(string id, string path, CancellationToken ct)
    {
        try
        {
            var found = await CallAsync("copy out", LongDeadline, token => _client.Containers.GetArchiveFromContainerAsync(
                id, new ContainerPathStatParameters { Path = path }, false, token), ct);
            return found.Stream is { } stream ? new EngineStream(stream) : null;
        }
        catch (EngineException error) when (IsMissing(error))
        {
            return null;
        }
        catch (EngineException error) when (UnreadablePathException.Says(error))
        {
            throw new UnreadablePathException(path, error); // Not its message: it names the engine's own folders.
        }
    }

    /// <returns>Null: there is no such path, or it can't be told.</returns>
    public async Task<DateTimeOffset?> ChangedAtAsync(string id, string path, CancellationToken ct)
    {
        try
        {
            var found = await CallAsync("stat", Deadline, token => _client.Containers.GetArchiveFromContainerAsync(
                id, new ContainerPathStatParameters { Path = path }, true, token), ct);
            return found.Stat?.Mtime is { } time ? new DateTimeOffset(time.ToUniversalTime(), TimeSpan.Zero) : null;
        }
        catch (EngineException error) when (error.Kind != FailureKinds.EngineLost)
        {
            return null;
        }
    }

    /// <summary>The image that a stopped container would be.</summary>
    public async Task<string> CommitAsync(string id, string tag, IReadOnlyDictionary<string, string> labels, CancellationToken ct)
    {
        string[] changes = [.. labels.Select(label => $"LABEL {label.Key}={label.Value}")];
        var made = await CallAsync("commit", LongDeadline,
            token => _client.Images.CommitContainerChangesAsync(new CommitContainerChangesParameters
            {
                ContainerID = id,
                RepositoryName = tag.Split(':')[0],
                Tag = tag.Split(':')[1],
                Changes = changes,
                Pause = false,
            }, token), ct);
        return made.ID;
    }

    /// <summary>All of one installation, running or not.</summary>
    public Task<IReadOnlyList<OwnContainer>> OwnAsync(Guid installation, CancellationToken ct) =>
        LabelledAsync($"harbor.server={installation}", ct);

    /// <summary>Those of the attempts up to a fence: a later one is another worker's, or the next attempt's.</summary>
    /// <returns>What was removed.</returns>
    public async Task<IReadOnlyList<OwnContainer>> RemoveAttemptsAsync(Guid rollout, long fence, CancellationToken ct)
    {
        OwnContainer[] own = [.. (await OfRolloutAsync(rollout, ct)).Where(container => container.Fence <= fence)];
        foreach (var container in own)
        {
            await RemoveAsync(container.Id, ct);
        }

        return own;
    }

    /// <summary>Of every attempt and phase.</summary>
    public Task<IReadOnlyList<OwnContainer>> OfRolloutAsync(Guid rollout, CancellationToken ct) =>
        LabelledAsync($"harbor.rollout={rollout}", ct);

    public async Task<IReadOnlyList<OwnContainer>> LabelledAsync(string label, CancellationToken ct)
    {
        var filters = new Dictionary<string, IDictionary<string, bool>>
        {
            ["label"] = new Dictionary<string, bool> { [label] = true },
        };
        var found = await CallAsync("list", Deadline, token => _client.Containers.ListContainersAsync(
            new ContainersListParameters { All = true, Filters = filters }, token), ct);
        return [.. found.Select(container => new OwnContainer(container.ID, container.Labels.ToDictionary(), container.State == "running",
            new DateTimeOffset(container.Created.ToUniversalTime(), TimeSpan.Zero)))];
    }

    /// <summary>Both streams from the start, as the container writes them.</summary>
    public Task<MultiplexedStream> LogsAsync(string id, bool follow, CancellationToken ct) =>
        CallAsync("logs", Deadline, token => _client.Containers.GetContainerLogsAsync(
            id, new ContainerLogsParameters { ShowStdout = true, ShowStderr = true, Follow = follow }, ct).WaitAsync(token), ct);

    /// <summary>A bridge for one rollout alone.</summary>
    public async Task<string> CreateNetworkAsync(string name, IReadOnlyDictionary<string, string> labels, CancellationToken ct)
    {
        var made = await CallAsync("create network", Deadline, token => _client.Networks.CreateNetworkAsync(
            new NetworksCreateParameters { Name = name, Driver = "bridge", Labels = labels.ToDictionary() }, token), ct);
        return made.ID;
    }

    public async Task RemoveNetworkAsync(string name, CancellationToken ct)
    {
        try
        {
            await CallAsync("remove network", Deadline, token => _client.Networks.DeleteNetworkAsync(name, token), ct);
        }
        catch (EngineException error) when (IsMissing(error))
        {
            // Gone.
        }
    }

    public async Task<IReadOnlyList<(string Name, IReadOnlyDictionary<string, string> Labels)>> OwnNetworksAsync(Guid installation,
        CancellationToken ct)
    {
        var filters = new Dictionary<string, IDictionary<string, bool>>
        {
            ["label"] = new Dictionary<string, bool> { [$"harbor.server={installation}"] = true },
        };
        var found = await CallAsync("list networks", Deadline, token => _client.Networks.ListNetworksAsync(
            new NetworksListParameters { Filters = filters }, token), ct);
        return [.. found.Select(network => (network.Name, (IReadOnlyDictionary<string, string>)network.Labels.ToDictionary()))];
    }

    private static CreateContainerParameters Parameters(SandboxSpec spec, long mostCores) => new()
    {
        Image = spec.Image,
        Hostname = spec.NetworkMode.StartsWith("container:", StringComparison.Ordinal) ? "" : "sandbox", // Else it is the relay's.
        Entrypoint = ["/bin/sh", "-c"],
        Cmd = spec.Wrapper is { } wrapper ? [wrapper, spec.Command] : [spec.Command],
        Env = [.. spec.Variables.Select(variable => $"{variable.Key}={variable.Value}")],
        Labels = spec.Labels.ToDictionary(),
        HostConfig = new HostConfig
        {
            NetworkMode = spec.NetworkMode,
            Runtime = spec.Runtime,
            Init = true,
            CapDrop = ["ALL"],
            CapAdd = Capabilities,
            SecurityOpt = ["no-new-privileges"],
            PidsLimit = spec.Pids,
            Memory = spec.MemoryMb * 1024L * 1024,
            MemorySwap = spec.MemoryMb * 1024L * 1024,
            NanoCPUs = Math.Min(spec.CpuCores, mostCores) * 1_000_000_000L,
            Ulimits =
            [
                .. spec.OpenFiles is { } files ? [new Ulimit { Name = "nofile", Soft = files, Hard = files }] : Array.Empty<Ulimit>(),
                new Ulimit { Name = "core", Soft = 0, Hard = 0 },
            ],
            LogConfig = new LogConfig
            {
                Type = "json-file",
                Config = new Dictionary<string,
                    string>
                { ["max-size"] = LogSize.ToString(CultureInfo.InvariantCulture), ["max-file"] = "1" },
            },
            StorageOpt = spec.Disk == DiskLimit.Quota ? new Dictionary<string,
                string>
            { ["size"] = $"{spec.DiskMb}M" } : new Dictionary<string, string>(),
            Mounts =
            [
                .. spec.EmptyFolders.Select(folder => new Mount
                {
                    Type = "volume",
                    Target = folder,
                    VolumeOptions = new VolumeOptions { NoCopy = true },
                }),
            ],
        },
    };
}
