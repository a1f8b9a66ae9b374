using Harbor.Server.Keys;

namespace Harbor.Server.Pages;

/// <summary>Maps pages. Their handlers are plain delegates: nothing is compiled for them at start.</summary>
internal sealed class PageMap(IEndpointRouteBuilder app)
{
    public void Get(string path, Func<HttpContext, Task<IResult>> handler) => Add(app.MapGet(path, Run(handler)), Scopes.Read);

    public void Post(string path, string scope, Func<HttpContext, Task<IResult>> handler) => Add(app.MapPost(path, Run(handler)), scope);

    /// <summary>Without a sign-in.</summary>
    public void GetOpen(string path, Func<HttpContext, Task<IResult>> handler) => AddOpen(app.MapGet(path, Run(handler)));

    public void PostOpen(string path, Func<HttpContext, Task<IResult>> handler) => AddOpen(app.MapPost(path, Run(handler)));

    private static RequestDelegate Run(Func<HttpContext, Task<IResult>> handler) =>
        async http => await (await handler(http)).ExecuteAsync(http);

    private static void Add(IEndpointConventionBuilder endpoint, string scope) => endpoint
        .WithMetadata(new PageRoute(IsOpen: false)).RequireAuthorization(PageAuthentication.Policy(scope));

    private static void AddOpen(IEndpointConventionBuilder endpoint) => endpoint
        .WithMetadata(new PageRoute(IsOpen: true)).AllowAnonymous();
}
