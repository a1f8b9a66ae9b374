using Harbor.Server.Keys;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace Harbor.Server.Pages;

internal static class PageSetup
{
    public static void AddPages(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(configuration.GetSection("Pages").Get<PageSettings>() ?? new PageSettings());
        services.AddSingleton<PageSession>().AddSingleton<PageRenderer>().AddSingleton<SignInLinks>().AddSingleton<SignInPages>();
        services.AddSingleton<DeploymentPages>().AddSingleton<RolloutPages>().AddSingleton<RolloutDetailPages>().AddSingleton<JobPages>();
        services.AddSingleton<Stories>().AddSingleton<GepaPages>().AddSingleton<GepaTextPages>();
        new AuthenticationBuilder(services).AddScheme<AuthenticationSchemeOptions, PageAuthentication>(PageAuthentication.SchemeName, null);
        var authorization = services.AddAuthorizationBuilder();
        foreach (var scope in Scopes.All)
        {
            authorization.AddPolicy(PageAuthentication.Policy(scope), new AuthorizationPolicyBuilder(PageAuthentication.SchemeName)
                .RequireAuthenticatedUser().RequireClaim("scope", scope, Scopes.Admin).Build());
        }
    }

    public static void MapPages(this WebApplication app)
    {
        var map = new PageMap(app);
        app.Services.GetRequiredService<SignInPages>().Map(map);
        app.Services.GetRequiredService<DeploymentPages>().Map(map);
        app.Services.GetRequiredService<RolloutPages>().Map(map);
        app.Services.GetRequiredService<RolloutDetailPages>().Map(map);
        app.Services.GetRequiredService<JobPages>().Map(map);
        app.Services.GetRequiredService<GepaPages>().Map(map);
        app.Services.GetRequiredService<GepaTextPages>().Map(map);
        PageAssets.Map(map);
    }
}
