using Harbor.Server.Builds;
using Harbor.Server.Deployments;
using Harbor.Server.Files;
using Harbor.Server.Gepa;
using Harbor.Server.Http;
using Harbor.Server.Instances;
using Harbor.Server.Interceptor;
using Harbor.Server.Jobs;
using Harbor.Server.Keys;
using Harbor.Server.Rollouts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Harbor.Server.Database;

/// <summary>Keys, indexes and words of the tables.</summary>
internal static class Tables
{
    public static void Map(ModelBuilder model)
    {
        model.Entity<Setting>().HasKey(row => row.Name);
        model.Entity<Organisation>().HasIndex(row => row.Name).IsUnique();
        model.Entity<ApiKey>().HasIndex(row => row.OrganisationId);
        model.Entity<IdempotencyRecord>(table =>
        {
            table.HasKey(row => new { row.OrganisationId, row.Key });
            table.HasIndex(row => row.CreatedAt);
        });
        model.Entity<FilePiece>().HasKey(row => new { row.Name, row.Offset });
        model.Entity<StoredContext>().HasKey(row => new { row.OrganisationId, row.Digest });
        model.Entity<Deployment>(table =>
        {
            Word(table.Property(row => row.Status));
            table.HasIndex(row => new { row.OrganisationId, row.Name }).IsUnique().HasFilter("deleted_at IS NULL");
        });
        model.Entity<Build>(table =>
        {
            Word(table.Property(row => row.Status));
            table.HasIndex(row => new { row.DeploymentId, row.Id });
            table.HasIndex(row => row.CacheKey);
            table.HasIndex(row => row.Id, "open_builds").HasFilter("status IN ('pending', 'building')");
        });
        model.Entity<Instance>(table =>
        {
            Word(table.Property(row => row.Status));
            table.HasIndex(row => new { row.DeploymentId, row.Seed }).IsUnique();
            table.HasIndex(row => row.Id, "open_instances").HasFilter("status IN ('pending', 'building')");
        });
        MapRollouts(model);
        MapJobs(model);
    }

    private static void MapRollouts(ModelBuilder model)
    {
        model.Entity<Rollout>(table =>
        {
            Word(table.Property(row => row.State));
            table.HasIndex(row => new { row.OrganisationId, row.Id });
            table.HasIndex(row => new { row.DeploymentId, row.Id });
            table.HasIndex(row => row.JobId);
            table.HasIndex(row => row.RequestDigest, "recent_requests");
            table.HasIndex(row => new { row.OrganisationId, row.IdempotencyKey }).HasFilter("idempotency_key IS NOT NULL");
            table.HasIndex(row => new { row.Turn, row.Id }, "queued_rollouts").HasFilter("state = 'queued'");
            table.HasIndex(row => new { row.OrganisationId, row.Turn }, "queued_of_organisation").HasFilter("state = 'queued'");
            table.HasIndex(row => row.LeaseUntil, "running_rollouts")
                .HasFilter("state IN ('starting', 'running', 'verifying', 'collecting')");
        });
        model.Entity<Artifact>().HasIndex(row => row.RolloutId);
        model.Entity<Score>().HasKey(row => new { row.RolloutId, row.Version });
        model.Entity<ModelCall>().HasIndex(row => row.RolloutId);
        model.Entity<ModelBudget>().HasKey(row => row.Owner);
    }

    private static void MapJobs(ModelBuilder model)
    {
        model.Entity<EvalJob>(table =>
        {
            table.ToTable("Jobs");
            Word(table.Property(row => row.Status));
            table.HasIndex(row => new { row.OrganisationId, row.CreatedAt });
            table.HasIndex(row => row.Id, "open_jobs").HasFilter("status IN ('pending', 'running')");
        });
        model.Entity<JobUnit>(table =>
        {
            Word(table.Property(row => row.Status));
            table.HasKey(row => new { row.JobId, row.Seed, row.Attempt });
            table.HasIndex(row => row.RolloutId);
        });
        model.Entity<JobEvent>().HasKey(row => new { row.JobId, row.Seq });
        model.Entity<GepaJob>(table =>
        {
            Word(table.Property(row => row.Status));
            table.HasIndex(row => new { row.OrganisationId, row.Id });
            table.HasIndex(row => row.Id, "open_gepa_jobs").HasFilter("status IN ('queued', 'running')");
        });
        model.Entity<GepaLine>().HasKey(row => new { row.JobId, row.Offset });
        model.Entity<GepaSnapshot>().HasKey(row => row.JobId);
    }

    /// <summary>States are stored as the words of the wire.</summary>
    private static void Word<T>(PropertyBuilder<T> property)
        where T : struct, Enum =>
        property.HasConversion(value => value.ToString().ToLowerInvariant(), word => Enum.Parse<T>(word, true)).HasMaxLength(16);
}
