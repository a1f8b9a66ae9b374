namespace Harbor.Deployments;

/// <summary>Uploads in one call.</summary>
public static class HarborDeployments
{
    /// <summary>Packs, uploads and builds.</summary>
    /// <param name="spec">Checked first; nothing is sent if it is wrong.</param>
    /// <param name="wait">Waits until it is built.</param>
    /// <param name="timeout">For <paramref name="wait"/>; null: 600 s.</param>
    /// <exception cref="HarborSpecException">Has all errors of the spec and its context.</exception>
    /// <exception cref="HarborApiException">The server refused, or can't be reached.</exception>
    /// <exception cref="HarborExecutionException">The build failed or took too long.</exception>
    public static async Task<HarborDeploymentResult> UploadHarborDeploymentAsync(
        HarborBuildSpec spec, string? backendUrl = null, string? apiKey = null, bool wait = false, TimeSpan? timeout = null,
        CancellationToken ct = default)
    {
        spec.EnsureValid();
        var uploader = new HarborDeploymentUploader(new HarborConnection(backendUrl, apiKey));
        var result = await uploader.UploadAsync(spec, ct: ct);
        if (!wait || result.Status == "ready")
        {
            return result;
        }

        var status = await uploader.WaitForBuildAsync(result.DeploymentId, result.BuildId, timeout, ct: ct);
        return result with { Status = status.Status, SnapshotId = status.SnapshotId };
    }
}
