using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Harbor.Server.Keys;

namespace Harbor.Server.Pages;

/// <summary>
/// Who is signed in: the id of a key and an end, sealed into a cookie that scripts and other sites never get. The key is looked up for each
/// request, so that a revoked one is out at once.
/// </summary>
internal sealed class PageSession(SecretBox box, ServerIdentity identity, PageSettings settings, TimeProvider time)
{
    private const string Purpose = "page";

    /// <summary>Cookies of one machine don't differ by port: each installation has a name of its own.</summary>
    public string Cookie { get; } = $"harbor-{identity.Installation.ToString("N")[..8]}";

    /// <summary>Of somebody who is not signed in yet, for the form's token.</summary>
    public string VisitCookie => Cookie + "-visit";

    public void Begin(HttpContext http, string keyId)
    {
        var end = time.GetUtcNow().AddHours(settings.SignedInHours).ToUnixTimeSeconds();
        var text = $"{Purpose}|{keyId}|{end}|{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        http.Response.Cookies.Append(Cookie, Base64Url.EncodeToString(box.Seal(Encoding.UTF8.GetBytes(text))), Options(http));
        http.Response.Cookies.Delete(VisitCookie, Options(http));
    }

    public void End(HttpContext http) => http.Response.Cookies.Delete(Cookie, Options(http));

    /// <returns>The key's id; null: nobody is signed in, or no longer.</returns>
    public string? KeyId(HttpRequest request)
    {
        if (request.Cookies[Cookie] is not { Length: > 0 and < 1024 } value)
        {
            return null;
        }

        try
        {
            var parts = Encoding.UTF8.GetString(box.Open(Base64Url.DecodeFromChars(value))).Split('|');
            return parts.Length == 4 && parts[0] == Purpose && long.TryParse(parts[2], CultureInfo.InvariantCulture, out var end)
                && end > time.GetUtcNow().ToUnixTimeSeconds() ? parts[1] : null;
        }
        catch (Exception error) when (error is CryptographicException or FormatException or OverflowException or ArgumentException)
        {
            return null; // Not ours, or of an older secret.key.
        }
    }

    /// <summary>What the visitor's forms must send: nobody else can know it.</summary>
    public string FormToken(HttpContext http, bool isOpen)
    {
        var cookie = http.Request.Cookies[isOpen ? VisitCookie : Cookie];
        if (isOpen && string.IsNullOrEmpty(cookie))
        {
            cookie = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
            http.Response.Cookies.Append(VisitCookie, cookie, Options(http));
        }

        return Token(cookie ?? "");
    }

    public bool IsFormToken(HttpRequest request, bool isOpen, string? sent) =>
        request.Cookies[isOpen ? VisitCookie : Cookie] is { Length: > 0 } cookie && sent is not null
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Token(cookie)), Encoding.UTF8.GetBytes(sent));

    private string Token(string cookie) => box.Digest(Encoding.UTF8.GetBytes($"form|{cookie}"));

    private static CookieOptions Options(HttpContext http) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = http.Request.IsHttps || http.Request.Headers["X-Forwarded-Proto"] == "https", // A lie makes it stricter only.
        Path = "/",
    };
}
