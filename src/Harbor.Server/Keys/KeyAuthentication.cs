using System.Security.Cryptography;
using System.Text.Encodings.Web;
using Harbor.Server.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace Harbor.Server.Keys;

/// <summary><c>Authorization: Bearer KEY</c> or <c>X-API-Key: KEY</c>; a client that sends both must send the same.</summary>
internal sealed class KeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log, UrlEncoder encoder, ValidKeys keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
{
    public const string SchemeName = "HarborKey";
    public const string Refusal = "invalid or missing API key";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            return AuthenticateResult.NoResult(); // Whether the server lives must not depend on its database.
        }

        if (Sent() is not { } key || KeyText.Id(key) is not { } id || await keys.FindAsync(
            id, row => CryptographicOperations.FixedTimeEquals(row.Hash, KeyText.Hash(key)), Context.RequestAborted) is not { } valid)
        {
            return AuthenticateResult.Fail(Refusal);
        }

        valid.Caller.Remember(Context);
        return AuthenticateResult.Success(new AuthenticationTicket(valid.Principal(SchemeName), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) =>
        Problems.WriteAsync(Context, new HttpException(401, "unauthorized", Refusal));

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Problems.WriteAsync(Context, new HttpException(403, "forbidden", "the API key lacks the scope that this route needs"));

    private string? Sent()
    {
        string? bearer = Request.Headers.Authorization;
        string? header = Request.Headers["X-API-Key"];
        if (bearer is not null)
        {
            if (!bearer.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }

            bearer = bearer["Bearer ".Length..].Trim();
        }

        return bearer is not null && header is not null && bearer != header ? null : bearer ?? header;
    }
}
