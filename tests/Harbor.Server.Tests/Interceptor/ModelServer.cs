using System.Security.Cryptography;
using System.Text;
using Harbor.FakeLlm;
using Harbor.Server.Database;
using Harbor.Server.Keys;
using Harbor.Server.Rollouts;
using Harbor.Server.Tests.EngineBench;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Tests.Interceptor;

/// <summary>A server with one provider, the fake endpoint. Rollouts are rows as a worker leaves them while an agent runs.</summary>
public sealed class ModelServer(Func<Task<string>>? postgreSql = null) : TestServer
{
    /// <summary>The provider's key: it must be found nowhere but in its file and at the provider.</summary>
    public const string Sentinel = "sk-sentinel-7f3a91c2d4e85b60";

    private readonly string _keyFile = Path.Combine(Directory.CreateTempSubdirectory("harbor-key-").FullName, "key");
    private FakeEndpoint? _endpoint;

    public FakeEndpoint Endpoint => _endpoint!;

    private protected override async Task<DatabaseUrl> DatabaseAsync(DataFolder data)
    {
        _endpoint = await FakeEndpoint.StartAsync(FakeScript.Read(EngineBenchFolder.Path), "http://127.0.0.1:0", CancellationToken.None);
        await File.WriteAllTextAsync(_keyFile, Sentinel);
        await File.WriteAllTextAsync(data.ProvidersFile, $$"""
            providers:
              fake:
                kind: openai
                base_url: {{_endpoint.Url}}/v1
                key: file:{{_keyFile}}
                wires: [chat/completions, responses, messages]
                model_prefixes: [fake]
                prices:
                  fake-1: {input: 2.5, cached: 0.25, output: 10}
              narrow:
                kind: anthropic
                base_url: {{_endpoint.Url}}/v1
                key: env:HARBOR_TEST_NO_SUCH_KEY
                model_prefixes: [claude]
            """);
        return postgreSql is null ? DatabaseUrl.File(data.Path) : DatabaseUrl.Parse(await postgreSql());
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(Path.GetDirectoryName(_keyFile)!, recursive: true);
        if (_endpoint is not null)
        {
            await _endpoint.DisposeAsync();
        }
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
        var row = new Rollout
        {
            Id = Guid.CreateVersion7(),
            OrganisationId = await db.ApiKeys.Where(found => found.Id == id).Select(found => found.OrganisationId).SingleAsync(),
            DeploymentId = Guid.NewGuid(),
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
        return new ModelClient(row, await ClientWithKeyAsync(key), await ClientWithKeyAsync(rolloutKey));
    }
}
