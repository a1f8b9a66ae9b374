using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Harbor.Server.Pages;

/// <summary>Writes a component as a whole page. Components encode every value; none runs in the browser.</summary>
/// <param name="services">Only for the framework's renderer, which asks for it: no component here injects anything.</param>
internal sealed class PageRenderer(IServiceProvider services, ILoggerFactory log)
{
    /// <param name="model">The parameter <c>Model</c> of the component.</param>
    /// <param name="viewer">Null: somebody who is not signed in.</param>
    public IResult Page<T>(string title, object model, Viewer? viewer, int? refreshSeconds = null, int status = 200)
        where T : IComponent => new Shown(this, typeof(T), title, model, viewer, refreshSeconds, status);

    private async Task<string> RenderAsync(Shown page)
    {
        RenderFragment body = builder =>
        {
            builder.OpenComponent(0, page.Component);
            builder.AddComponentParameter(1, "Model", page.Model);
            if (page.Viewer is { } viewer)
            {
                builder.AddComponentParameter(2, "Viewer", viewer);
            }

            builder.CloseComponent();
        };
        var parameters = ParameterView.FromDictionary(new Dictionary<string, object?>
        {
            [nameof(Document.Title)] = page.Title,
            [nameof(Document.Viewer)] = page.Viewer,
            [nameof(Document.RefreshSeconds)] = page.RefreshSeconds,
            [nameof(Document.Body)] = body,
        });
        await using var renderer = new HtmlRenderer(services, log);
        return await renderer.Dispatcher.InvokeAsync(
            async () => (await renderer.RenderComponentAsync<Document>(parameters)).ToHtmlString());
    }

    private sealed record Shown(
        PageRenderer Renderer, Type Component, string Title, object Model, Viewer? Viewer, int? RefreshSeconds, int Status) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var html = await Renderer.RenderAsync(this);
            httpContext.Response.StatusCode = Status;
            httpContext.Response.ContentType = "text/html; charset=utf-8";
            await httpContext.Response.WriteAsync(html, httpContext.RequestAborted);
        }
    }
}
