using Harbor.Deployments.Wire;
using Harbor.Server.Database;
using Harbor.Server.Http;
using Harbor.Server.Keys;

namespace Harbor.Server.Deployments;

/// <summary><c>HEAD</c> and <c>PUT /contexts/{digest}</c>: a context goes over the wire once.</summary>
internal static class ContextRoutes
{
    public static void MapContexts(this IEndpointRouteBuilder app)
    {
        var contexts = app.MapGroup("/api/harbor/contexts").WithTags("Contexts");
        contexts.MapMethods("/{digest}", ["HEAD"], HeadAsync).Needs(Scopes.Read);
        contexts.MapPut("/{digest}", PutAsync).Needs(Scopes.Deploy).Accepts<byte[]>("application/gzip").Produces<ContextStored>();
    }

    private static async Task<IResult> HeadAsync(string digest, Caller caller, HarborDb db, ContextStore store, CancellationToken ct)
    {
        if (await ContextStore.FindAsync(db, caller, digest, ct) is not { } known)
        {
            return TypedResults.NotFound();
        }

        await store.TouchAsync(db, known, ct);
        return TypedResults.Ok();
    }

    private static async Task<ContextStored> PutAsync(
        string digest, Caller caller, HttpRequest request, HarborDb db, ContextStore store, DataFolder data, CancellationToken ct)
    {
        if (!ContextStore.IsDigest(digest))
        {
            throw HttpException.Invalid("digest", "the digest must be sha256: and 64 hexadecimal digits, of the uncompressed tar");
        }

        await using var file = data.NewTemporaryFile();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, ct)) > 0)
        {
            if (file.Length + read > ContextLimits.Packed)
            {
                throw ContextLimits.TooLarge();
            }

            await file.WriteAsync(buffer.AsMemory(0, read), ct);
        }

        await file.FlushAsync(ct);
        file.Position = 0;
        var stored = await store.StoreAsync(db, caller, file, digest, ct);
        return new ContextStored(stored.Digest, stored.Size);
    }
}
