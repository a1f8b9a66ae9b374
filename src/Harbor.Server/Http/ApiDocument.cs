using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Harbor.Server.Http;

/// <summary>What <c>/openapi.json</c> says beside the routes.</summary>
internal static class ApiDocument
{
    public static void Describe(OpenApiOptions options) => options.AddDocumentTransformer((document, _, _) =>
    {
        document.Info = new OpenApiInfo
        {
            Title = "Harbor",
            Version = HarborServer.Version,
            Description = "Deployments, builds, instances, rollouts and eval jobs. Errors: {detail, code, errors[{loc, msg}]}.",
        };
        document.Servers?.Clear();
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes["key"] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "A key of 'keys create'; X-API-Key works too.",
        };
        return Task.CompletedTask;
    });
}
