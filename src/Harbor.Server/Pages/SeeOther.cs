namespace Harbor.Server.Pages;

/// <summary>After a post: the browser asks for a page, which it may load again.</summary>
internal sealed record SeeOther(string Path) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = 303;
        httpContext.Response.Headers.Location = Path;
        return Task.CompletedTask;
    }
}
