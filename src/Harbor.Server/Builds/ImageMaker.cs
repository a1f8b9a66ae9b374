using Harbor.Server.Sandboxes;

namespace Harbor.Server.Builds;

/// <summary>Has the engine make the image of a build.</summary>
internal sealed class ImageMaker(SandboxEngine engine, SandboxSettings settings, ServerIdentity identity)
{
    /// <returns>As <see cref="SandboxEngine.BuildAsync"/>.</returns>
    public async Task<(string Message, long? ExitCode)?> MakeAsync(
        Build build, FileStream packed, Action<string> line, CancellationToken ct)
    {
        var image = new ImageBuild(build.Dockerfile is null ? "Dockerfile" : BuildContext.GivenDockerfile, ImageTags.Build(build.Id),
            new Dictionary<string, string>
            {
                ["harbor.server"] = $"{identity.Installation}",
                ["harbor.org"] = $"{build.OrganisationId}",
                ["harbor.deployment"] = $"{build.DeploymentId}",
            })
        {
            NoCache = build.Force,
            MemoryMb = settings.BuildMemoryMb,
            Timeout = TimeSpan.FromSeconds(settings.BuildTimeoutS),
        };
        await using var context = BuildContext.Read(packed, build.Dockerfile, build.VerifyDir, ct);
        return await engine.BuildAsync(image, context, line, ct);
    }
}
