using System.Security.Cryptography;
using Harbor.Server.Http;
using Harbor.Server.Keys;

namespace Harbor.Server.Pages;

/// <param name="To">Where to go then.</param>
/// <param name="Problem">Of the last try.</param>
public sealed record SignIn(string To, string FormToken, string? Problem = null);

/// <summary>Signing in with a key or a one-time link, and out.</summary>
internal sealed class SignInPages(PageRenderer pages, PageSession session, ValidKeys keys, SignInLinks links)
{
    public const string Path = "/sign-in";
    private const string Home = "/deployments";

    public void Map(PageMap map)
    {
        map.GetOpen("/", _ => Task.FromResult(Results.Redirect(Home)));
        map.GetOpen(Path, AskAsync);
        map.PostOpen(Path, SignInAsync);
        map.GetOpen(Path + "/{token}", FollowAsync);
        map.Post("/sign-out", Scopes.Read, SignOutAsync);
    }

    private Task<IResult> AskAsync(HttpContext http) => Task.FromResult(Form(http, http.Request.Query["to"]));

    private async Task<IResult> SignInAsync(HttpContext http)
    {
        var form = http.Request.Form;
        var key = $"{form["key"]}".Trim();
        if (KeyText.Id(key) is not { } id || await keys.FindAsync(
            id, row => CryptographicOperations.FixedTimeEquals(row.Hash, KeyText.Hash(key)), http.RequestAborted) is null)
        {
            return Form(http, form["to"], "There is no such key, or it was revoked or has expired.", 403);
        }

        session.Begin(http, id);
        return new SeeOther(Own(form["to"]));
    }

    /// <summary>Answers a page that goes on by itself, not a redirect: a browser that came from elsewhere would send no cookie.</summary>
    private async Task<IResult> FollowAsync(HttpContext http)
    {
        if (links.Use($"{http.GetRouteValue("token")}") is not { } id
            || await keys.FindAsync(id, _ => true, http.RequestAborted) is null)
        {
            throw new HttpException(403, "used_link", "This link was used already, or is older than ten minutes. Sign in with a key.");
        }

        session.Begin(http, id);
        var to = Own(http.Request.Query["to"]);
        return pages.Page<SignedInPage>("Signed in", to, viewer: null);
    }

    private Task<IResult> SignOutAsync(HttpContext http)
    {
        session.End(http);
        return Task.FromResult<IResult>(new SeeOther(Path));
    }

    private IResult Form(HttpContext http, string? to, string? problem = null, int status = 200) => pages.Page<SignInPage>(
        "Sign in", new SignIn(Own(to), session.FormToken(http, isOpen: true), problem), viewer: null, status: status);

    /// <summary>A path of this server, else the first page.</summary>
    private static string Own(string? path) =>
        path is ['/', .. var rest] && rest is not (['/', ..] or ['\\', ..]) && !path.Any(char.IsControl) ? path : Home;
}
