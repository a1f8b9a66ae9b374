using Harbor.Deployments;
using Harbor.Deployments.Wire;

namespace Harbor.Server.Commands;

/// <summary>Writes artifacts under a folder. Their paths come from a sandbox, so none may lead out of it.</summary>
internal static class ArtifactFile
{
    /// <returns>The path that was written.</returns>
    public static async Task<string> DownloadAsync(
        HarborRollouts rollouts, string rollout, ArtifactEntry artifact, string folder, CancellationToken ct)
    {
        var root = Path.GetFullPath(folder);
        var path = Path.GetFullPath(Path.Combine(root, artifact.Path.TrimStart('/')));
        if (!path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new HarborException($"The artifact '{artifact.Path}' would be written outside of {root}; nothing of it was.");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var partial = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            await using (var file = new FileStream(partial, FileMode.CreateNew))
            {
                await rollouts.DownloadArtifactAsync(rollout, artifact.Id, file, ct);
            }

            File.Move(partial, path, overwrite: true);
            return path;
        }
        finally
        {
            File.Delete(partial);
        }
    }
}
