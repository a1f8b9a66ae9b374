using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Harbor.Deployments;
using Harbor.FakeLlm;
using Harbor.Server.Database;
using Harbor.Server.Deployments;
using Harbor.Server.Rollouts;

namespace Harbor.Bench;

/// <summary>What calls of models cost: the interceptor's part of the first byte, and a sealed network's of a sandbox's start.</summary>
internal static class ModelTime
{
    private const string Body =
        """{"model":"fake-1","stream":true,"messages":[{"role":"user","content":"Implement the card `ScrapToss`."}]}""";

    private const int Calls = 200;
    private const int Turns = 15;

    public static async Task RunAsync(CancellationToken ct)
    {
        using var project = new Project();
        await BenchServer.CompileAsync(ct);
        await using var fake = await FakeEndpoint.StartAsync(
            FakeScript.Read(Project.InRepositoryPath("stacks/enginebench")), "http://127.0.0.1:0", ct);
        project.Write("key", "sk-bench");
        project.Write("data/providers.yaml", $$"""
            providers:
              fake: {kind: openai, base_url: "{{fake.Url}}/v1", key: "file:{{project.PathOf("key")}}", model_prefixes: [fake]}
            """);
        await using var server = await BenchServer.StartAsync(project.PathOf("data"), 4, ct);
        await FirstByteAsync(server, fake, project, ct);
        await StartsAsync(server, project, ct);
    }

    /// <summary>In turn with the provider itself; each answer is read to its end.</summary>
    private static async Task FirstByteAsync(BenchServer server, FakeEndpoint fake, Project project, CancellationToken ct)
    {
        var (id, key) = await RunningAsync(project.PathOf("data"), ct);
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var (own, peer) = (new double[Calls], new double[Calls]);
        for (var call = -10; call < Calls; call++)
        {
            var mine = await FirstByteAsync(client, $"{server.Url}/api/interceptor/v1/{id}/bench/chat/completions", ct);
            var theirs = await FirstByteAsync(client, $"{fake.Url}/v1/chat/completions", ct);
            if (call >= 0)
            {
                (own[call], peer[call]) = (mine, theirs);
            }
        }

        var added = Report.Median(own.Zip(peer, (x, y) => x - y));
        Report.Pair("first byte of a stream through the interceptor", Report.Median(own), "the provider itself", Report.Median(peer),
            Report.Median(own.Zip(peer, (x, y) => x / y)), "");
        Report.Single("what the interceptor adds, the median of those of each turn", added, "3 ms");
    }

    private static async Task<double> FirstByteAsync(HttpClient client, string url, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url);
        request.Content = new StringContent(Body, Encoding.UTF8, "application/json");
        var began = Stopwatch.GetTimestamp();
        using var answer = (await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct)).EnsureSuccessStatusCode();
        await using var stream = await answer.Content.ReadAsStreamAsync(ct);
        await stream.ReadExactlyAsync(new byte[1], ct);
        var time = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        await stream.CopyToAsync(Stream.Null, ct);
        return time;
    }

    /// <summary>A rollout as a worker leaves it while an agent runs; its network is the one whose calls need no relay.</summary>
    private static async Task<(Guid Id, string Key)> RunningAsync(string data, CancellationToken ct)
    {
        await using var db = new Databases(DatabaseUrl.File(data)).Open();
        var (now, key) = (DateTimeOffset.UnixEpoch, $"hrk_{Guid.NewGuid():N}");
        var deployment = new Deployment
        {
            Id = Guid.CreateVersion7(),
            OrganisationId = db.Organisations.Select(row => row.Id).First(),
            Name = "open",
            ContextDigest = "",
            Entrypoint = "true",
            EntrypointMode = "file",
            EnvVars = [],
            Network = Networks.Full,
            VerifyNetwork = Networks.None,
            SpecDigest = "open",
            CreatedAt = now,
            UpdatedAt = now,
        };
        var row = new Rollout
        {
            Id = Guid.CreateVersion7(),
            OrganisationId = deployment.OrganisationId,
            DeploymentId = deployment.Id,
            State = RolloutState.Running,
            Attempts = 1,
            Owner = "bench",
            LeaseUntil = DateTimeOffset.MaxValue.AddYears(-1000),
            Request = """{"policy":{"config":{"model":"fake-1"}}}""",
            RequestDigest = "",
            LlmKeyHash = SHA256.HashData(Encoding.UTF8.GetBytes(key)),
            Retain = "none",
            CreatedAt = now,
            DueAt = now,
        };
        db.AddRange(deployment, row);
        await db.SaveChangesAsync(ct);
        return (row.Id, key);
    }

    /// <summary>In turn, with a pause in which the next relay is made, as on a server that has something to spare.</summary>
    private static async Task StartsAsync(BenchServer server, Project project, CancellationToken ct)
    {
        var open = await EvaluationsTime.DeployAsync(server, project, Networks.None, ct);
        var closed = await EvaluationsTime.DeployAsync(server, project, Networks.Inference, ct);
        var (own, peer) = (new double[Turns], new double[Turns]);
        for (var turn = -1; turn < Turns; turn++)
        {
            var mine = await StartAsync(server, closed, turn + 2, ct);
            await Task.Delay(TimeSpan.FromSeconds(2), ct);
            var theirs = await StartAsync(server, open, turn + 2, ct);
            if (turn >= 0)
            {
                (own[turn], peer[turn]) = (mine, theirs);
            }
        }

        Report.Pair("start of a sandbox, `network: inference`", Report.Median(own), "`network: none`", Report.Median(peer),
            Report.Median(own.Zip(peer, (x, y) => x / y)), "1.3x");
    }

    private static async Task<double> StartAsync(BenchServer server, string deployment, int seed, CancellationToken ct) =>
        (await EvaluationsTime.RolloutAsync(server, deployment, seed, ct))["execution_metadata"]!["startup_ms"]!.GetValue<double>();
}
