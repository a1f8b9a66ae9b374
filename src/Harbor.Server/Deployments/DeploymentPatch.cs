using Harbor.Deployments;
using Harbor.Deployments.Wire;
using Harbor.Server.Http;
using Harbor.Server.Keys;

namespace Harbor.Server.Deployments;

/// <summary><c>PATCH</c>: the result must be a spec that could have been created. Later rollouts see it; running ones do not.</summary>
public sealed class DeploymentPatch(SecretBox box, TimeProvider time)
{
    /// <exception cref="HttpException">422 with all errors; the row is as it was.</exception>
    public void Apply(Deployment row, PatchDeploymentRequest patch, Caller caller)
    {
        var variables = patch.EnvVars ?? SpecText.Open(box, row);
        var whole = new CreateDeploymentRequest
        {
            Name = row.Name,
            Description = patch.Description ?? row.Description,
            Dockerfile = row.Dockerfile,
            ContextDigest = row.ContextDigest,
            Entrypoint = patch.Entrypoint ?? row.Entrypoint,
            EntrypointMode = row.EntrypointMode,
            Limits = patch.Limits ?? SpecText.Limits(row),
            EnvVars = variables,
            Metadata = patch.Metadata ?? SpecText.Object(row.Metadata),
            Port = row.Port,
            Network = patch.Network ?? row.Network,
            AllowedHosts = patch.AllowedHosts ?? (patch.Network is null or Networks.Allowlist ? SpecText.List(row.AllowedHosts) : null),
            PrepareCommand = row.PrepareCommand,
            VerifyCommand = row.VerifyCommand,
            VerifyDir = row.VerifyDir,
            VerifyTimeoutS = row.VerifyTimeoutS,
            VerifyNetwork = row.VerifyNetwork,
        };
        if (DeploymentRules.Check(whole, caller).ToArray() is { Length: > 0 } errors)
        {
            throw HttpException.Invalid(errors);
        }

        row.Description = whole.Description;
        row.Entrypoint = whole.Entrypoint;
        row.TimeoutS = (int)whole.Limits.TimeoutS;
        row.CpuCores = (int)whole.Limits.CpuCores;
        row.MemoryMb = (int)whole.Limits.MemoryMb;
        row.DiskMb = (int)whole.Limits.DiskMb;
        row.Metadata = whole.Metadata.ToJsonString();
        row.Network = whole.Network ?? Networks.Inference;
        row.AllowedHosts = SpecText.Hosts(whole.AllowedHosts);
        if (patch.EnvVars is not null)
        {
            row.EnvVars = SpecText.Seal(box, variables);
            row.EnvVarNames = SpecText.Names(variables);
        }

        row.SpecDigest = SpecText.Digest(box, row, variables);
        row.UpdatedAt = time.GetUtcNow();
    }
}
