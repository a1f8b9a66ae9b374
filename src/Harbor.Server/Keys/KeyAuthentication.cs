using System.Security.Cryptography;
using System.Text.Encodings.Web;
using Harbor.Server.Database;
using Harbor.Server.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Harbor.Server.Keys;

/// <summary><c>Authorization: Bearer KEY</c> or <c>X-API-Key: KEY</c>; a client that sends both must send the same.</summary>
public sealed class KeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log, UrlEncoder encoder, Databases databases, TimeProvider time)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
{
    public const string SchemeName = "HarborKey";
    public const string Refusal = "invalid or missing API key";
    private static readonly TimeSpan UseInterval = TimeSpan.FromMinutes(1);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            return AuthenticateResult.NoResult(); // Whether the server lives must not depend on its database.
        }

        if (Sent() is not { } key || KeyText.Id(key) is not { } id)
        {
            return AuthenticateResult.Fail(Refusal);
        }

        await using var db = databases.Open();
        var row = await db.ApiKeys.AsNoTracking().SingleOrDefaultAsync(stored => stored.Id == id, Context.RequestAborted);
        var now = time.GetUtcNow();
        if (row is null || !CryptographicOperations.FixedTimeEquals(row.Hash, KeyText.Hash(key))
            || row.RevokedAt is not null || row.ExpiresAt <= now)
        {
            return AuthenticateResult.Fail(Refusal);
        }

        if (row.LastUsedAt is not { } last || now - last > UseInterval)
        {
            await db.ApiKeys.Where(stored => stored.Id == id)
                .ExecuteUpdateAsync(set => set.SetProperty(stored => stored.LastUsedAt, now), Context.RequestAborted);
        }

        var full = await db.Organisations.Where(organisation => organisation.Id == row.OrganisationId)
            .Select(organisation => organisation.AllowsFullNetwork).SingleAsync(Context.RequestAborted);
        new Caller(row.OrganisationId, row.Id, full).Remember(Context);
        return AuthenticateResult.Success(new AuthenticationTicket(Caller.Principal(row), SchemeName));
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
