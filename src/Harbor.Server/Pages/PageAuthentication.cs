using System.Text.Encodings.Web;
using Harbor.Server.Http;
using Harbor.Server.Keys;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Harbor.Server.Pages;

/// <summary>By the cookie of the sign-in; for pages only, so that no other site's request can use the API.</summary>
internal sealed class PageAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log, UrlEncoder encoder, PageSession session, ValidKeys keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
{
    public const string SchemeName = "HarborPage";

    public static string Policy(string scope) => $"page:{scope}";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (session.KeyId(Request) is not { } id || await keys.FindAsync(id, _ => true, Context.RequestAborted) is not { } valid)
        {
            return AuthenticateResult.NoResult();
        }

        var principal = valid.Principal(SchemeName);
        valid.Caller.Remember(Context);
        var token = session.FormToken(Context, isOpen: false);
        new Viewer(valid.Caller, valid.Row.Name, valid.Organisation, principal, token).Remember(Context);
        return AuthenticateResult.Success(new AuthenticationTicket(principal, SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (Request.Headers.ContainsKey(LiveHeader))
        {
            Response.StatusCode = 401; // The script loads the page anew.
            return Task.CompletedTask;
        }

        var to = HttpMethods.IsGet(Request.Method) ? $"?to={Uri.EscapeDataString(Request.Path + Request.QueryString)}" : "";
        Response.StatusCode = 303;
        Response.Headers.Location = SignInPages.Path + to;
        return Task.CompletedTask;
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => Problems.WriteAsync(
        Context, new HttpException(403, "forbidden", "The key with which you are signed in lacks the scope that this needs."));

    public const string LiveHeader = "X-Harbor-Live";
}
