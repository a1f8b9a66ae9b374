using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Harbor.Deployments;

/// <summary>Serves a task app.</summary>
public static class LocalApi
{
    /// <summary>
    /// The routes of a task app: <c>/</c>, <c>/health</c>, <c>/info</c>, <c>/task_info</c>, <c>/rollout</c>, <c>/done</c>. Once it listens,
    /// <see cref="LocalApiConfig.GetTaskAppUrl"/> knows where. Keys come from <c>ENVIRONMENT_API_KEY</c>,
    /// <c>ENVIRONMENT_API_KEY_ALIASES</c> (a list with commas), else <c>DEV_ENVIRONMENT_API_KEY</c>.
    /// </summary>
    /// <param name="args">For ASP.NET Core, such as <c>--urls http://127.0.0.1:8001</c>.</param>
    /// <exception cref="HarborSpecException">The config can't be used.</exception>
    public static WebApplication CreateLocalApi(LocalApiConfig config, params string[] args)
    {
        config.EnsureValid();
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Services.AddSingleton(config);
        builder.Services.AddHostedService<TaskAppLifetime>();
        if (config.CorsOrigins is { Count: > 0 } origins)
        {
            builder.Services.AddCors(cors => cors.AddDefaultPolicy(
                policy => policy.WithOrigins([.. origins]).AllowAnyHeader().AllowAnyMethod()));
        }

        var app = builder.Build();
        if (config.CorsOrigins is { Count: > 0 })
        {
            app.UseCors();
        }

        app.Use(new TaskAppKeys(config.RequireApiKey).AuthorizeAsync);
        new TaskAppRoutes(config).Map(app);
        return app;
    }
}
