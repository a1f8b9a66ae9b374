using System.Globalization;

namespace Harbor.Server.Sandboxes;

/// <summary>A container to create: one rollout's, one verifier's, one instance's.</summary>
public sealed record SandboxSpec
{
    public required string Image { get; init; }

    /// <summary>Run by <c>/bin/sh -c</c>.</summary>
    public required string Command { get; init; }

    /// <summary>A script of <c>/bin/sh -c</c> that is run first and ends with <c>exec</c> of the command, its <c>$0</c>.</summary>
    public string? Wrapper { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }
    public required IReadOnlyDictionary<string, string> Variables { get; init; }
    public required int CpuCores { get; init; }
    public required int MemoryMb { get; init; }
    public required int DiskMb { get; init; }
    public required int Pids { get; init; }
    public required string Runtime { get; init; }

    /// <summary>Null: what the engine gives.</summary>
    public required int? OpenFiles { get; init; }

    /// <summary>The engine's network mode: <c>none</c>, or the name of a network of this rollout alone.</summary>
    public string NetworkMode { get; init; } = "none";

    public DiskLimit Disk { get; init; } = DiskLimit.Watched;

    /// <summary>Folders that are empty at the start, whatever the image has there.</summary>
    public IReadOnlyList<string> EmptyFolders { get; init; } = [];
}

/// <summary>What holds <c>disk_mb</c>.</summary>
public enum DiskLimit
{
    /// <summary>The storage driver refuses to write more.</summary>
    Quota,

    /// <summary>The writable layer is measured every 5 s, and the sandbox is killed.</summary>
    Watched,
}

/// <summary>A container as the engine sees it.</summary>
/// <param name="WrittenBytes">Of its writable layer, where it was asked for.</param>
public sealed record ContainerState(string Id, bool IsRunning, bool HasStarted, int? ExitCode, bool OomKilled, string? Address,
    long? WrittenBytes);

/// <summary>A container with our labels.</summary>
public sealed record OwnContainer(string Id, IReadOnlyDictionary<string, string> Labels, bool IsRunning, DateTimeOffset Created)
{
    /// <summary>Of the claim that made it.</summary>
    public long Fence => long.TryParse(Labels.GetValueOrDefault("harbor.fence"), NumberStyles.None, CultureInfo.InvariantCulture,
        out var fence) ? fence : 0;
}
