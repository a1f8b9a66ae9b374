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

namespace Harbor.Server.Database;

/// <summary>The server's tables. <see cref="SqliteDb"/> and <see cref="PostgreSqlDb"/> have their own migrations and the few words of SQL
/// that differ.</summary>
public abstract class HarborDb(DbContextOptions options) : DbContext(options)
{
    public DbSet<Setting> Settings => Set<Setting>();
    public DbSet<Organisation> Organisations => Set<Organisation>();
    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();
    public DbSet<IdempotencyRecord> IdempotencyRecords => Set<IdempotencyRecord>();
    public DbSet<FilePiece> FilePieces => Set<FilePiece>();
    public DbSet<StoredContext> Contexts => Set<StoredContext>();
    public DbSet<Deployment> Deployments => Set<Deployment>();
    public DbSet<Build> Builds => Set<Build>();
    public DbSet<Instance> Instances => Set<Instance>();
    public DbSet<Rollout> Rollouts => Set<Rollout>();
    public DbSet<Artifact> Artifacts => Set<Artifact>();
    public DbSet<Score> Scores => Set<Score>();
    public DbSet<EvalJob> Jobs => Set<EvalJob>();
    public DbSet<JobUnit> JobUnits => Set<JobUnit>();
    public DbSet<JobEvent> JobEvents => Set<JobEvent>();
    public DbSet<GepaJob> GepaJobs => Set<GepaJob>();
    public DbSet<GepaLine> GepaLines => Set<GepaLine>();
    public DbSet<GepaSnapshot> GepaSnapshots => Set<GepaSnapshot>();
    public DbSet<ModelCall> ModelCalls => Set<ModelCall>();
    public DbSet<ModelBudget> ModelBudgets => Set<ModelBudget>();

    /// <summary>SQL for the database's clock, so many seconds from now: leases compare by one clock, whatever the workers' clocks
    /// say.</summary>
    public abstract string Clock(int seconds = 0);

    /// <summary>SQL at the end of the inner select of a claim: two claims at once take two rows.</summary>
    public abstract string SkipLocked { get; }

    /// <summary>Tells every process that waits for a topic. Nothing where this process is the only one.</summary>
    public abstract Task NotifyAsync(string topic, CancellationToken ct);

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        Tables.Map(modelBuilder);
        SnakeCase.Apply(modelBuilder);
    }
}
