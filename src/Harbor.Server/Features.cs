using Harbor.Server.Builds;
using Harbor.Server.Deployments;
using Harbor.Server.Files;
using Harbor.Server.Gepa;
using Harbor.Server.Instances;
using Harbor.Server.Interceptor;
using Harbor.Server.Jobs;
using Harbor.Server.Queue;
using Harbor.Server.Relays;
using Harbor.Server.Rollouts;
using Harbor.Server.Sandboxes;
using Harbor.Server.Telemetry;

namespace Harbor.Server;

/// <summary>What the features consist of.</summary>
internal static class Features
{
    /// <summary>What answers requests.</summary>
    public static void AddFeatures(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(configuration.GetSection("Sandbox").Get<SandboxSettings>() ?? new SandboxSettings());
        services.AddSingleton<MetricsText>();
        services.AddSingleton<Signals>().AddHostedService<SignalListener>();
        services.AddSingleton(configuration.GetSection("Files").Get<FileSettings>() ?? new FileSettings());
        services.AddSingleton<SharedFiles>().AddHostedService<FileSender>();
        services.AddSingleton<ContextStore>().AddSingleton<BuildLogs>().AddSingleton<BuildQueue>().AddSingleton<InstanceQueue>();
        services.AddSingleton(configuration.GetSection("Rollouts").Get<RolloutSettings>() ?? new RolloutSettings());
        services.AddSingleton<Admission>().AddSingleton<WorkerList>();
        services.AddSingleton<RolloutQueue>().AddSingleton<RolloutWaiting>().AddSingleton<ArtifactStore>();
        services.AddSingleton(configuration.GetSection("Jobs").Get<JobSettings>() ?? new JobSettings());
        services.AddSingleton<TaskAppClient>().AddSingleton<JobEvents>().AddScoped<NewJob>();
        services.AddSingleton<UnitRunner>().AddSingleton<JobRunner>();
        services.AddSingleton<GepaRollouts>().AddSingleton<GepaRunner>().AddSingleton<GepaStops>().AddScoped<NewGepaJob>();
        services.Configure<RouteOptions>(options => options.SetParameterPolicy<GepaId>("gepa"));
        services.AddSingleton<Providers>().AddSingleton<Budgets>().AddSingleton<Upstream>().AddSingleton<OpenCalls>();
        services.AddSingleton<CallMasking>().AddSingleton<ModelCalls>();
        services.AddSingleton<DeploymentPatch>().AddScoped<DeploymentCreation>();
    }

    /// <summary>What works on the engine of this machine.</summary>
    public static void AddWorker(this IServiceCollection services)
    {
        services.AddSingleton<SandboxEngine>().AddSingleton<SandboxPlan>().AddSingleton<OpenFilesLimit>().AddSingleton<DiskPlan>();
        services.AddSingleton<RelayTransport>().AddSingleton<RelayImage>().AddSingleton<RelayPool>().AddSingleton<AllowlistProxy>()
            .AddSingleton<NetworkProbe>().AddHostedService<RelayServer>().AddHostedService<RelayLoop>();
        services.AddSingleton<ImageMaker>().AddSingleton<Snapshots>().AddSingleton<BuildRunner>().AddHostedService<BuildLoop>();
        services.AddSingleton<InstancePreparation>().AddHostedService<InstanceLoop>();
        services.AddSingleton<AgentPhase>().AddSingleton<VerifyPhase>().AddSingleton<HttpPhase>().AddSingleton<RolloutEnding>();
        services.AddSingleton<RolloutRunner>().AddSingleton<Rescoring>().AddHostedService<RolloutLoop>();
        services.AddSingleton<Retention>().AddSingleton<Janitor>().AddHostedService(provider => provider.GetRequiredService<Janitor>());
    }
}
