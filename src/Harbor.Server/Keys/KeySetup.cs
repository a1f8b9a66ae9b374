using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace Harbor.Server.Keys;

internal static class KeySetup
{
    /// <summary>Every route needs a key, unless it says <c>AllowAnonymous</c>; and a scope where it says <see cref="Needs"/>.</summary>
    public static void AddKeys(this IServiceCollection services)
    {
        // Not AddAuthentication: it brings the protection of cookies, which takes time at start and writes into the home folder.
        services.AddAuthenticationCore(options => options.DefaultScheme = KeyAuthentication.SchemeName).AddWebEncoders();
        services.AddSingleton<ValidKeys>();
        new AuthenticationBuilder(services).AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(KeyAuthentication.SchemeName, null);
        var authorization = services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        foreach (var scope in Scopes.All)
        {
            authorization.AddPolicy(scope, policy => policy.RequireClaim("scope", scope, Scopes.Admin));
        }
    }

    public static T Needs<T>(this T endpoint, string scope)
        where T : IEndpointConventionBuilder =>
        endpoint.RequireAuthorization(scope);
}
