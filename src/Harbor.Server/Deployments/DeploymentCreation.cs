using Harbor.Deployments;
using Harbor.Deployments.Wire;
using Harbor.Server.Builds;
using Harbor.Server.Database;
using Harbor.Server.Http;
using Harbor.Server.Keys;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Deployments;

/// <summary><c>POST /deployments</c>: checks everything, keeps the archive, and queues the first build.</summary>
public sealed class DeploymentCreation(HarborDb db, ContextStore contexts, SecretBox box, BuildQueue builds, TimeProvider time)
{
    /// <exception cref="HttpException">422 with all errors; 409 where the name belongs to another spec.</exception>
    public async Task<Deployment> CreateAsync(CreateDeploymentRequest request, FileStream? archive, Caller caller, CancellationToken ct)
    {
        if (DeploymentRules.Check(request, caller).ToArray() is { Length: > 0 } errors)
        {
            throw HttpException.Invalid(errors);
        }

        var context = await ContextAsync(request.ContextDigest, request.Dockerfile, archive, caller, ct);
        var deployment = Row(request, context.Digest, caller);
        if (await TakenAsync(deployment, ct) is { } earlier)
        {
            return earlier;
        }

        var build = builds.New(deployment, force: false);
        deployment.LatestBuildId = build.Id;
        db.Add(deployment);
        db.Add(build);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException)
        {
            db.ChangeTracker.Clear(); // Another request took the name.
            return await TakenAsync(deployment, ct)
                ?? throw HttpException.Conflict("name_taken", $"deployment '{deployment.Name}' was just created");
        }

        await builds.AnnounceAsync(db, ct);
        return deployment;
    }

    /// <summary>The stored context of a request: its archive, or what it names. It must have a Dockerfile unless the request brings
    /// one.</summary>
    public async Task<StoredContext> ContextAsync(string? digest, string? dockerfile, FileStream? archive, Caller caller,
        CancellationToken ct)
    {
        var context = archive is not null ? await contexts.StoreAsync(db, caller, archive, digest, ct)
            : digest is null ? throw HttpException.Invalid("context_tar_base64", "context_tar_base64 or context_digest is needed")
            : await ContextStore.FindAsync(db, caller, digest, ct)
                ?? throw HttpException.Invalid("context_digest",
                    $"context {digest} is not stored here: PUT /api/harbor/contexts/{digest} first");
        return dockerfile is not null || context.HasDockerfile ? context : throw HttpException.Invalid("dockerfile", "no Dockerfile");
    }

    private async Task<Deployment?> TakenAsync(Deployment wanted, CancellationToken ct)
    {
        var earlier = await db.Deployments.SingleOrDefaultAsync(
            row => row.OrganisationId == wanted.OrganisationId && row.Name == wanted.Name && row.DeletedAt == null, ct);
        return earlier is null || earlier.SpecDigest == wanted.SpecDigest ? earlier
            : throw new HttpException(409, "name_taken", $"deployment '{wanted.Name}' exists with another spec (id {earlier.Id})")
            {
                ExistingId = $"{earlier.Id}",
            };
    }

    private Deployment Row(CreateDeploymentRequest request, string digest, Caller caller)
    {
        var now = time.GetUtcNow();
        var row = new Deployment
        {
            Id = Guid.CreateVersion7(now),
            OrganisationId = caller.OrganisationId,
            Name = request.Name ?? "",
            Description = request.Description,
            Dockerfile = request.Dockerfile,
            ContextDigest = digest,
            Entrypoint = request.Entrypoint,
            EntrypointMode = EntrypointModes.Read(request.EntrypointMode, request.Metadata) ?? EntrypointModes.File,
            Port = (int)(request.Port ?? HarborBuildSpec.DefaultPort),
            TimeoutS = (int)request.Limits.TimeoutS,
            CpuCores = (int)request.Limits.CpuCores,
            MemoryMb = (int)request.Limits.MemoryMb,
            DiskMb = (int)request.Limits.DiskMb,
            EnvVars = SpecText.Seal(box, request.EnvVars),
            EnvVarNames = SpecText.Names(request.EnvVars),
            Metadata = request.Metadata.ToJsonString(),
            Network = request.Network ?? Networks.Inference,
            AllowedHosts = SpecText.Hosts(request.AllowedHosts),
            PrepareCommand = request.PrepareCommand,
            VerifyCommand = request.VerifyCommand,
            VerifyDir = request.VerifyDir,
            VerifyTimeoutS = (int)(request.VerifyTimeoutS ?? 300),
            VerifyNetwork = request.VerifyNetwork ?? Networks.None,
            SpecDigest = "",
            CreatedAt = now,
            UpdatedAt = now,
        };
        row.SpecDigest = SpecText.Digest(box, row, request.EnvVars);
        return row;
    }
}
