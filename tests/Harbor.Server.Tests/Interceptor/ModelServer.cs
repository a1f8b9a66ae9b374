using System.Security.Cryptography;
using System.Text;
using Harbor.FakeLlm;
using Harbor.Server.Database;
using Harbor.Server.Deployments;
using Harbor.Server.Keys;
using Harbor.Server.Rollouts;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Tests.Interceptor;

/// <summary>A server with one provider, the fake endpoint. Rollouts are rows as a worker leaves them while an agent runs.</summary>
public sealed class ModelServer(Func<Task<string>>? postgreSql = null) : TestServer
{
    public const string Sentinel = FakeProvider.Sentinel;
    private readonly FakeProvider _provider = new();

    public FakeEndpoint Endpoint => _provider.Endpoint;

    private protected override async Task<DatabaseUrl> DatabaseAsync(DataFolder data)
    {
        await _provider.StartAsync(data);
        return postgreSql is null ? DatabaseUrl.File(data.Path) : DatabaseUrl.Parse(await postgreSql());
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _provider.DisposeAsync();
    }

    /// <summary>With network <c>full</c>: agents of the others are heard through their relays only.</summary>
    private static Guid Open(HarborDb db, Guid organisation, DateTimeOffset now)
    {
        var row = new Deployment
        {
            Id = Guid.CreateVersion7(),
            OrganisationId = organisation,
            Name = "open",
            ContextDigest = "",
            Entrypoint = "true",
            EntrypointMode = "file",
            Network = "full",
            VerifyNetwork = "none",
            SpecDigest = $"{Guid.NewGuid()}",
            CreatedAt = now,
            UpdatedAt = now,
        };
        db.Deployments.Add(row);
        return row.Id;
    }

    /// <param name="request">The body of the rollout's request.</param>
    public async Task<ModelClient> RolloutAsync(string request = """{"policy":{"config":{"model":"fake-1"}}}""", double seconds = 60,
        string? job = null)
    {
        var key = await NewKeyAsync(organisation: $"o{Guid.NewGuid():N}");
        var rolloutKey = $"hrk_{Guid.NewGuid():N}";
        await using var db = await OpenAsync();
        var id = KeyText.Id(key);
        var now = TimeProvider.System.GetUtcNow();
        var organisation = await db.ApiKeys.Where(found => found.Id == id).Select(found => found.OrganisationId).SingleAsync();
        var deployment = Open(db, organisation, now);
        var row = new Rollout
        {
            Id = Guid.CreateVersion7(),
            OrganisationId = organisation,
            DeploymentId = deployment,
            JobId = job,
            State = RolloutState.Running,
            Attempts = 1,
            Request = request,
            RequestDigest = "",
            LlmKeyHash = SHA256.HashData(Encoding.UTF8.GetBytes(rolloutKey)),
            Retain = "none",
            CreatedAt = now,
            DueAt = now,
            Deadline = now.AddSeconds(seconds),
        };
        db.Rollouts.Add(row);
        await db.SaveChangesAsync();
        return new ModelClient(row, rolloutKey, await ClientWithKeyAsync(key), await ClientWithKeyAsync(rolloutKey));
    }
}
