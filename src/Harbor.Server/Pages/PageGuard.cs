using Harbor.Server.Http;

namespace Harbor.Server.Pages;

/// <summary>What holds for every page before anything else is looked at: the host's name, strict headers, and where a form comes
/// from.</summary>
internal sealed class PageGuard(RequestDelegate next, PageSettings settings, PageSession session)
{
    public const string TokenField = "form_token";
    private const int LongestForm = 64 * 1024;

    private const string Policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public async Task InvokeAsync(HttpContext http)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<PageRoute>() is { } route)
        {
            http.Response.OnStarting(WriteHeaders, http.Response);
            if (!settings.Takes(http.Request.Host))
            {
                throw new HttpException(421, "wrong_host", $"The pages don't answer to the name '{http.Request.Host}'. "
                    + "The setting Pages:Hosts lists the names that they answer to, beside localhost.");
            }

            if (HttpMethods.IsPost(http.Request.Method))
            {
                await CheckFormAsync(http, route);
            }
        }

        await next(http);
    }

    private async Task CheckFormAsync(HttpContext http, PageRoute route)
    {
        string? origin = http.Request.Headers.Origin;
        string? site = http.Request.Headers["Sec-Fetch-Site"];
        var isElsewhere = (origin is not null && !(Uri.TryCreate(origin, UriKind.Absolute, out var from)
            && string.Equals(from.Authority, new Uri($"http://{http.Request.Host}").Authority, StringComparison.OrdinalIgnoreCase)))
            || site is not (null or "same-origin" or "none");
        if (isElsewhere || !http.Request.HasFormContentType || http.Request.ContentLength is null or > LongestForm)
        {
            throw Refused();
        }

        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (!session.IsFormToken(http.Request, route.IsOpen, form[TokenField]))
        {
            throw Refused();
        }
    }

    private static HttpException Refused() => new(400, "foreign_form",
        "This form was not sent from a page of this server, or you were signed out meanwhile. Open the page again.");

    private static Task WriteHeaders(object response)
    {
        var headers = ((HttpResponse)response).Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (headers.CacheControl.Count == 0)
        {
            headers.CacheControl = "no-store";
        }

        return Task.CompletedTask;
    }
}
