using System.Security.Cryptography;
using System.Text;
using Harbor.Server.Files;
using Harbor.Server.Sandboxes;

namespace Harbor.Server.Rollouts;

/// <summary>Files that rollouts left, in the data folder under <c>rollout/fence</c>: a worker that lost its lease never writes over
/// another's.</summary>
public sealed class ArtifactStore(DataFolder data, SharedFiles shared, SandboxEngine? engine = null)
{
    private const int Most = 100;
    private const long Largest = 64L * 1024 * 1024;

    public string File(Artifact artifact) => Path.Combine(Folder(artifact.RolloutId, artifact.Fence), $"{artifact.Id:N}");

    /// <returns>Null: it is stored nowhere.</returns>
    public async Task<string?> FindAsync(Artifact artifact, CancellationToken ct) =>
        artifact.Status == "stored" && await shared.FetchAsync(File(artifact), ct) ? File(artifact) : null;

    /// <summary>Everything under a folder of a container, as far as the limits go. Best effort: no error fails a rollout.</summary>
    internal async Task CollectAsync(Rollout rollout, string container, string folder, string type, List<Artifact> into,
        CancellationToken ct)
    {
        try
        {
            if (engine is null || await IsUntouchedAsync(container, folder, ct)
                || await engine.GetAsync(container, folder, ct) is not { } tar)
            {
                return;
            }

            Directory.CreateDirectory(Folder(rollout.Id, rollout.Fence));
            await using (tar)
            {
                await foreach (var (name, entry) in TarFiles.FolderAsync(tar, ct))
                {
                    var status = into.Count >= Most ? "too_many_files" : into.Sum(item => item.Size ?? 0) + entry.Length > Largest
                        ? "too_large" : "stored";
                    if (into.Count >= 2 * Most)
                    {
                        return;
                    }

                    into.Add(await StoreAsync(rollout, $"{folder}/{name}", type, status, entry.DataStream ?? Stream.Null, ct));
                }
            }
        }
        catch (Exception error) when (error is IOException or InvalidDataException or FormatException or EngineException
            or UnreadablePathException)
        {
            // What was read so far is kept.
        }
    }

    /// <summary>A look costs 2 ms, a copy 60 ms: see <see cref="SandboxInput"/>.</summary>
    private async Task<bool> IsUntouchedAsync(string container, string folder, CancellationToken ct) =>
        folder == SandboxInput.Artifacts && await engine!.ChangedAtAsync(container, folder, ct) == DateTimeOffset.UnixEpoch;

    public async Task DeleteAsync(Guid rollout, CancellationToken ct)
    {
        var folder = Path.Combine(data.Artifacts, $"{rollout:N}");
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        await shared.DeleteAsync(folder + "/", ct);
    }

    /// <summary>Copies in this folder, of rollouts that other processes have removed.</summary>
    public void DeleteOlderThan(DateTimeOffset end)
    {
        foreach (var folder in shared.IsOn ? new DirectoryInfo(data.Artifacts).GetDirectories() : [])
        {
            if (folder.LastWriteTimeUtc < end.UtcDateTime)
            {
                folder.Delete(recursive: true);
            }
        }
    }

    private async Task<Artifact> StoreAsync(Rollout rollout, string path, string type, string status, Stream content, CancellationToken ct)
    {
        var id = Guid.CreateVersion7();
        if (status != "stored")
        {
            return new Artifact
            {
                Id = id,
                RolloutId = rollout.Id,
                Fence = rollout.Fence,
                Path = Shown(path),
                Type = type,
                Status = status
            };
        }

        var file = Path.Combine(Folder(rollout.Id, rollout.Fence), $"{id:N}");
        var (length, hash) = await WriteAsync(file, content, ct);
        await shared.PutAsync(file, ct);
        return new Artifact
        {
            Id = id,
            RolloutId = rollout.Id,
            Fence = rollout.Fence,
            Path = Shown(path),
            Type = type,
            Size = length,
            Sha256 = Convert.ToHexStringLower(hash),
            Status = status,
        };
    }

    private static async Task<(long Length, byte[] Hash)> WriteAsync(string file, Stream content, CancellationToken ct)
    {
        await using var stream = System.IO.File.Create(file);
        await content.CopyToAsync(stream, ct);
        stream.Position = 0;
        return (stream.Length, await SHA256.HashDataAsync(stream, ct));
    }

    /// <summary>PostgreSQL refuses NUL; nobody can read a path without an end.</summary>
    private static string Shown(string path)
    {
        var clean = path.Replace("\0", "", StringComparison.Ordinal);
        return Encoding.UTF8.GetByteCount(clean) > 1024 ? clean[..200] : clean;
    }

    private string Folder(Guid rollout, long fence) => Path.Combine(data.Artifacts, $"{rollout:N}", $"{fence}");
}
