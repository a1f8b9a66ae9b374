using System.Security.Claims;
using Harbor.Server.Keys;

namespace Harbor.Server.Pages;

/// <summary>Who looks at a page.</summary>
/// <param name="FormToken">What the page's forms must send.</param>
public sealed record Viewer(Caller Caller, string Key, string Organisation, ClaimsPrincipal Principal, string FormToken)
{
    /// <summary>Whether the key may: a page shows no button that would answer 403.</summary>
    public bool May(string scope) => Principal.HasClaim("scope", scope) || Principal.HasClaim("scope", Scopes.Admin);

    internal static Viewer Of(HttpContext http) =>
        (Viewer?)http.Items[typeof(Viewer)] ?? throw new InvalidOperationException("The page is open to everybody.");

    internal void Remember(HttpContext http) => http.Items[typeof(Viewer)] = this;
}
