using Harbor.Deployments.Wire;
using Harbor.Server.Builds;

namespace Harbor.Server.Deployments;

internal static class DeploymentAnswers
{
    public static string Word(this DeploymentStatus status) => status.ToString().ToLowerInvariant();

    public static HarborDeployment Answer(this Deployment row, Build? latest) => new()
    {
        Id = $"{row.Id}",
        Name = row.Name,
        DeploymentName = row.Name,
        Status = row.Status.Word(),
        SnapshotId = row.SnapshotId,
        ContextDigest = row.ContextDigest,
        LastError = row.LastError,
        CreatedAt = row.CreatedAt,
        UpdatedAt = row.UpdatedAt,
        LatestBuild = latest is null ? null
            : new LatestBuild { Id = $"{latest.Id}", Status = latest.Status.Word(), CreatedAt = latest.CreatedAt },
        Description = row.Description,
        Dockerfile = row.Dockerfile,
        Entrypoint = row.Entrypoint,
        EntrypointMode = row.EntrypointMode,
        Limits = SpecText.Limits(row),
        EnvVarNames = SpecText.List(row.EnvVarNames),
        Metadata = SpecText.Object(row.Metadata),
        Port = row.Port,
        Network = row.Network,
        AllowedHosts = SpecText.List(row.AllowedHosts),
        PrepareCommand = row.PrepareCommand,
        VerifyCommand = row.VerifyCommand,
        VerifyDir = row.VerifyDir,
        VerifyTimeoutS = row.VerifyTimeoutS,
        VerifyNetwork = row.VerifyNetwork,
    };
}
