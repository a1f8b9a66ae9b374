using System.Collections.Concurrent;
using System.Security.Cryptography;
using Harbor.Server.Database;
using Harbor.Server.Keys;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Http;

/// <summary>
/// <c>Idempotency-Key</c> on a POST: the same key and body get the first answer again for 24 hours; another body is refused; while the
/// first
/// request runs, the second waits. Answers that invite a retry (429, 5xx) are not kept.
/// </summary>
internal sealed class Idempotency(RequestDelegate next, Databases databases, ServerIdentity identity, TimeProvider time)
{
    public const string Header = "Idempotency-Key";
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);
    private const int LongestKey = 255;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    /// <summary>The hashes of what runs here now. A record of this process that is not among them was left open.</summary>
    private readonly ConcurrentDictionary<(Guid Organisation, string Key), string> _running = new();

    public async Task InvokeAsync(HttpContext http)
    {
        string? key = http.Request.Headers[Header];
        if (key is null || !HttpMethods.IsPost(http.Request.Method) || !http.Items.ContainsKey(typeof(Caller)))
        {
            await next(http);
            return;
        }

        if (key.Length is 0 or > LongestKey)
        {
            throw HttpException.Invalid(Header, $"{Header} must be 1-{LongestKey} characters");
        }

        var organisation = Caller.Of(http).OrganisationId;
        var hash = await HashAsync(http);
        while (!await TryAsync(http, organisation, key, hash))
        {
            await Task.Delay(Poll, time, http.RequestAborted);
        }
    }

    /// <returns>False: the first request runs.</returns>
    private async Task<bool> TryAsync(HttpContext http, Guid organisation, string key, string hash)
    {
        if (_running.GetOrAdd((organisation, key), hash) is var running && !ReferenceEquals(running, hash))
        {
            return running == hash ? false : throw Mismatch(key);
        }

        try
        {
            if (await TryBeginAsync(organisation, key, hash, http.RequestAborted) is not { } earlier)
            {
                await RunAsync(http, organisation, key);
                return true;
            }

            if (earlier.RequestHash != hash)
            {
                throw Mismatch(key);
            }

            if (earlier.Status is null)
            {
                return false; // Another server runs it.
            }

            await ReplayAsync(http, earlier);
            return true;
        }
        finally
        {
            _running.TryRemove((organisation, key), out _);
        }
    }

    private static HttpException Mismatch(string key) =>
        new(422, "idempotency_mismatch", $"{Header} '{key}' was used for another request.");

    private static async Task<string> HashAsync(HttpContext http)
    {
        http.Request.EnableBuffering(64 * 1024);
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(System.Text.Encoding.UTF8.GetBytes($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}\n"));
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await http.Request.Body.ReadAsync(buffer, http.RequestAborted)) > 0)
        {
            sha.AppendData(buffer.AsSpan(0, read));
        }

        http.Request.Body.Position = 0;
        return Convert.ToHexStringLower(sha.GetCurrentHash());
    }

    /// <returns>Null: this request is the first. Else the earlier one.</returns>
    private async Task<IdempotencyRecord?> TryBeginAsync(Guid organisation, string key, string hash, CancellationToken ct)
    {
        await using var db = databases.Open();
        var now = time.GetUtcNow();
        await db.IdempotencyRecords.Where(row => row.CreatedAt < now - Kept).ExecuteDeleteAsync(ct);
        var earlier = await db.IdempotencyRecords.AsNoTracking()
            .SingleOrDefaultAsync(row => row.OrganisationId == organisation && row.Key == key, ct);
        if (earlier is { Status: null } && earlier.RequestHash == hash
            && (earlier.Owner == identity.Process || identity.HasEnded(earlier.Owner)))
        {
            return await TakeOverAsync(db, earlier, ct) ? null : earlier;
        }

        if (earlier is not null)
        {
            return earlier;
        }

        db.IdempotencyRecords.Add(new IdempotencyRecord
        {
            OrganisationId = organisation,
            Key = key,
            RequestHash = hash,
            Owner = identity.Process,
            CreatedAt = now,
        });
        try
        {
            await db.SaveChangesAsync(ct);
            return null;
        }
        catch (DbUpdateException)
        {
            db.ChangeTracker.Clear(); // Another request with this key was first.
            return await db.IdempotencyRecords.AsNoTracking()
                .SingleOrDefaultAsync(row => row.OrganisationId == organisation && row.Key == key, ct)
                ?? throw new HttpException(503, "busy", "The request with this key has just been given up; try again.") { RetryAfter = 1 };
        }
    }

    private async Task<bool> TakeOverAsync(HarborDb db, IdempotencyRecord earlier, CancellationToken ct) =>
        await db.IdempotencyRecords
            .Where(row => row.OrganisationId == earlier.OrganisationId && row.Key == earlier.Key && row.Owner == earlier.Owner
                && row.Status == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Owner, identity.Process), ct) == 1;

    private async Task RunAsync(HttpContext http, Guid organisation, string key)
    {
        var body = http.Response.Body;
        using var kept = new MemoryStream();
        http.Response.Body = kept;
        var done = false;
        try
        {
            try
            {
                await next(http);
            }
            catch (HttpException problem)
            {
                await Problems.WriteAsync(http, problem);
            }

            var status = http.Response.StatusCode;
            if (status is < 500 and not 429)
            {
                await KeepAsync(organisation, key, status, http.Response.ContentType, kept.ToArray());
                done = true;
            }
        }
        finally
        {
            http.Response.Body = body;
            if (!done)
            {
                await ForgetAsync(organisation, key);
            }
        }

        kept.Position = 0;
        await kept.CopyToAsync(body, http.RequestAborted);
    }

    private async Task KeepAsync(Guid organisation, string key, int status, string? type, byte[] body)
    {
        await using var db = databases.Open();
        await db.IdempotencyRecords.Where(row => row.OrganisationId == organisation && row.Key == key).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Status, status).SetProperty(row => row.ContentType, type).SetProperty(row => row.Body, body),
            CancellationToken.None); // The work is done, whether or not the client still waits.
    }

    private async Task ForgetAsync(Guid organisation, string key)
    {
        await using var db = databases.Open();
        await db.IdempotencyRecords.Where(row => row.OrganisationId == organisation && row.Key == key)
            .ExecuteDeleteAsync(CancellationToken.None);
    }

    private static async Task ReplayAsync(HttpContext http, IdempotencyRecord earlier)
    {
        http.Response.StatusCode = earlier.Status ?? 200;
        http.Response.ContentType = earlier.ContentType;
        http.Response.Headers["Idempotency-Replayed"] = "true";
        await http.Response.Body.WriteAsync(earlier.Body, http.RequestAborted);
    }
}
