using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Harbor.Deployments;
using Harbor.Server.Database;
using Harbor.Server.Http;
using Harbor.Server.Keys;
using Harbor.Server.Relays;
using Harbor.Server.Rollouts;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Interceptor;

/// <summary>What an agent in a sandbox takes for its provider. A rollout's own key opens it, while its agent runs.</summary>
internal static class InterceptorRoutes
{
    private const string Base = "/api/interceptor/v1/{rollout}";

    public static void MapInterceptor(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup(Base).AllowAnonymous().ExcludeFromDescription(); // The rollout's key is checked here.
        group.MapPost("/chat/completions", Call(Wires.Chat));
        foreach (var prefix in new[] { "/{correlation}", "/{correlation}/v1" })
        {
            foreach (var wire in Wires.All.Append(Wires.Count))
            {
                group.MapPost($"{prefix}/{wire}", Call(wire));
            }

            group.MapGet($"{prefix}/models", ModelsAsync);
        }

        group.MapMethods("/{correlation}", ["GET", "HEAD"], () => TypedResults.Text("ok"));
    }

    /// <summary>For whoever has an API key of this server, outside of sandboxes: older clients know one address for models.</summary>
    public static void MapInference(this IEndpointRouteBuilder app) => app.MapPost($"/api/inference/v1/{Wires.Chat}",
        (HttpContext http, Caller caller, ModelCalls calls) => calls.RunAsync(caller, Wires.Chat, http))
        .Needs(Scopes.Run).WithTags("Models").Accepts<object>("application/json");

    public static HttpException Closed() => new(401, "unauthorized", "this is not the key of a rollout whose agent runs");

    /// <summary>
    /// A call is open before its key is looked up. The end of a phase closes the key first, and then ends what is open: none slips through.
    /// </summary>
    private static Delegate Call(string wire) =>
        async (string rollout, HttpContext http, OpenCalls open, ModelCalls calls, HarborDb db, TimeProvider time) =>
        {
            using var call = open.Begin(Guid.TryParse(rollout, out var id) ? id : Guid.Empty, http.RequestAborted);
            await calls.RunAsync(await FindAsync(rollout, http, db, time), wire, http, call);
        };

    /// <summary>What the policy allows, in the form that both kinds of provider use.</summary>
    private static async Task<IResult> ModelsAsync(string rollout, HttpContext http, HarborDb db, TimeProvider time)
    {
        var policy = RolloutPolicy.Of(await FindAsync(rollout, http, db, time));
        var names = (policy["allowed_models"] as JsonArray ?? []).Select(CallBody.Text).Prepend(CallBody.Text(policy["model"]))
            .OfType<string>().Distinct();
        var list = new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. names.Select(name => new JsonObject { ["id"] = name, ["object"] = "model" })]),
        };
        return TypedResults.Text(list.ToJsonString(), "application/json");
    }

    /// <summary>
    /// From a sealed sandbox a call comes through the sandbox's own relay, and from nowhere else: its key is worth nothing to anybody who
    /// gets hold of it.
    /// </summary>
    private static async Task<bool> CameRightAsync(Rollout rollout, HttpContext http, HarborDb db) =>
        http.Features.Get<Relay>() is { } relay ? relay.Rollout == rollout.Id
            : await db.Deployments.AnyAsync(row => row.Id == rollout.DeploymentId && row.Network == Networks.Full, http.RequestAborted);

    /// <exception cref="HttpException">It is not the key of a rollout whose agent runs.</exception>
    private static async Task<Rollout> FindAsync(string id, HttpContext http, HarborDb db, TimeProvider time)
    {
        string? bearer = http.Request.Headers.Authorization;
        string? header = http.Request.Headers["x-api-key"];
        var sent = bearer?.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) == true ? bearer["Bearer ".Length..].Trim() : header;
        var row = sent is not null && Guid.TryParse(id, out var wanted)
            ? await db.Rollouts.AsNoTracking().SingleOrDefaultAsync(found => found.Id == wanted, http.RequestAborted) : null;
        var isOpen = row is { State: RolloutState.Starting or RolloutState.Running, LlmKeyHash: { } hash }
            && CryptographicOperations.FixedTimeEquals(hash, SHA256.HashData(Encoding.UTF8.GetBytes(sent!)))
            && !(row.Deadline <= time.GetUtcNow());
        return isOpen && await CameRightAsync(row!, http, db) ? row! : throw Closed();
    }
}
