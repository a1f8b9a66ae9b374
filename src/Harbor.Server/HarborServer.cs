using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Harbor.Deployments;
using Harbor.Deployments.Wire;
using Harbor.Server.Builds;
using Harbor.Server.Database;
using Harbor.Server.Deployments;
using Harbor.Server.Gepa;
using Harbor.Server.Http;
using Harbor.Server.Instances;
using Harbor.Server.Interceptor;
using Harbor.Server.Jobs;
using Harbor.Server.Keys;
using Harbor.Server.Pages;
using Harbor.Server.Rollouts;
using Harbor.Server.Telemetry;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;

namespace Harbor.Server;

/// <summary>Puts the server together: what it consists of, in the order in which a request meets it.</summary>
public static class HarborServer
{
    /// <summary>The base64 of a packed context of 100 MiB, and the rest of its body.</summary>
    public const long LargestRequest = 150L * 1024 * 1024;

    /// <summary>Clients that wait for a rollout are cut off then; it goes on, and they may ask again.</summary>
    private static readonly TimeSpan ShutdownLimit = TimeSpan.FromSeconds(5);

    public static string Version { get; } =
        typeof(HarborServer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    /// <summary>Migrates the database; the server is not listening yet.</summary>
    /// <exception cref="UsageException">Another server has the folder, or the database can't be used.</exception>
    public static async Task<WebApplication> BuildAsync(ServerOptions options, CancellationToken ct)
    {
        var held = ServerIdentity.Lock(options.Data);
        try
        {
            return await BuildAsync(options, held, ct);
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }

    private static async Task<WebApplication> BuildAsync(ServerOptions options, FileStream held, CancellationToken ct)
    {
        SecretKeyCheck.EnsureWorkersKey(options);
        options.Data.EmptyTemporary();
        var databases = new Databases(options.DatabaseUrl);
        var identity = await ServerIdentity.ReadAsync(options.Data, held, databases, ct);

        if (options.FirstKeyFile is { } firstKey)
        {
            await FirstKey.EnsureAsync(databases, TimeProvider.System, firstKey, ct);
        }

        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddJsonFile(options.Data.SettingsFile, optional: true)
            .AddEnvironmentVariables("HARBOR_SERVER_").AddInMemoryCollection(options.Settings);
        // Standard output is for what a command prints.
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.ClearProviders().AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning)
            .AddFilter("Harbor", LogLevel.Information).AddFilter("Harbor.Server.Keys", LogLevel.Warning)
            .AddFilter("Harbor.Server.Pages", LogLevel.Warning).AddFilter("Microsoft.EntityFrameworkCore", LogLevel.None)
            .AddConfiguration(builder.Configuration.GetSection("Logging"));
        builder.WebHost.UseUrls(options.Urls).ConfigureKestrel(Limit);

        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(options.Data).AddSingleton(databases).AddSingleton(identity)
            .AddSingleton(options).AddSingleton<SecretBox>().AddSingleton<SecretKeyCheck>()
            .AddScoped(services => services.GetRequiredService<Databases>().Open());
        builder.Services.ConfigureHttpJsonOptions(json => Json(json.SerializerOptions));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownLimit);
        builder.Services.AddKeys();
        builder.Services.AddOpenApi(ApiDocument.Describe);
        builder.Services.AddFeatures(builder.Configuration);
        builder.Services.AddPages(builder.Configuration);
        if (!options.Answers)
        {
            builder.Services.Replace(ServiceDescriptor.Singleton<IServer, SilentServer>());
        }

        if (!options.StopsOnSignals)
        {
            builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, OwnedLifetime>());
        }

        if (options.Worker)
        {
            builder.Services.AddWorker();
        }

        if (options.Answers)
        {
            builder.Services.AddHostedService<JobLoop>().AddHostedService<GepaLoop>();
        }

        var app = builder.Build();
        if (!options.Answers)
        {
            await app.Services.GetRequiredService<SecretKeyCheck>().EnsureSameAsync(ct);
        }

        app.Services.GetRequiredService<Providers>(); // A wrong file is an error at start.
        app.Services.GetRequiredService<MetricsText>(); // Counts from the start, not from the first look.
        app.UseMiddleware<Problems>();
        app.UseRouting();
        app.UseMiddleware<PageGuard>();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseMiddleware<Idempotency>();
        app.MapService();
        app.MapOpenApi("/openapi.json").AllowAnonymous();
        app.MapContexts();
        app.MapDeployments();
        app.MapBuilds();
        app.MapInstances();
        app.MapRollouts();
        app.MapRolloutFiles();
        app.MapInterceptor();
        app.MapInference();
        app.MapJobs();
        app.MapGepa();
        app.MapGarbage();
        app.MapMetrics();
        app.MapPages();
        return app;
    }

    /// <summary>As HarborJson writes: the framework's own defaults (camelCase, numbers as text) are not the contract's.</summary>
    internal static void Json(JsonSerializerOptions json)
    {
        json.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        json.PropertyNameCaseInsensitive = false;
        json.NumberHandling = JsonNumberHandling.Strict;
        json.RespectNullableAnnotations = true;
        json.Converters.Add(new UtcTimeConverter());
        json.TypeInfoResolverChain.Insert(0, ServerJson.Default);
        json.TypeInfoResolverChain.Insert(0, HarborJson.Default);
    }

    private static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = LargestRequest;
    }
}
