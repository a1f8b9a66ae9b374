using System.Diagnostics;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Harbor.Deployments;
using Harbor.Processes;
using Harbor.Server.Database;
using Harbor.Server.Rollouts;
using Harbor.Server.Tests;

namespace Harbor.Bench;

/// <summary>The server of the evaluations on SQLite, its rollouts beside bare <c>docker run</c> of the same image and command.</summary>
internal static class EvaluationsTime
{
    private const string Image = "debian:bookworm";
    private const string Work = """printf '{"metrics":{"reward_mean":1}}' > /tmp/result.json""";
    private const string Print = """echo '{"metrics":{"reward_mean":1}}'""";
    private const int Slots = 4;
    private const int Rollouts = 200;
    private const int Rows = 100_000;
    private const int UploadMb = 95;
    private const int Turns = 15;

    public static async Task RunAsync(CancellationToken ct)
    {
        using var project = new Project();
        await BenchServer.CompileAsync(ct);
        var data = project.PathOf("data");
        await using (var first = await BenchServer.StartAsync(data, Slots, ct))
        {
            Report.Single("server, start on an empty database", first.StartMs, "3000 ms");
        }

        await using (var again = await BenchServer.StartAsync(data, Slots, ct))
        {
            Report.Single("server, start on a migrated database", again.StartMs, "1000 ms");
            await Task.Delay(TimeSpan.FromSeconds(5), ct);
            Memory("server, idle", again.Memory("VmRSS"), "120 MB");
            var deployment = await DeployAsync(again, project, Networks.None, ct);
            await OneByOneAsync(again, project, deployment, ct);
            await ManyAsync(again, project, deployment, "its result from a file", ct);
            var printing = await DeployAsync(again, project, Networks.None, ct, EntrypointModes.Stdio);
            await ManyAsync(again, project, printing, "from standard output", ct);
            await InstancesAsync(again, deployment, ct);
            await AddRowsAsync(data, deployment, ct);
            var list = await Measure.InProcessAsync(() => again.Http.GetStringAsync("/api/harbor/rollouts", ct), 21);
            Report.Single($"`GET /rollouts` among {Rows:N0} rows", list, "50 ms");
        }

        await OnPostgreSqlAsync(project, ct);
        await UploadAsync(project, ct);
    }

    private static async Task OnPostgreSqlAsync(Project project, CancellationToken ct)
    {
        await using var cluster = new PostgreSqlCluster();
        await using var server = await BenchServer.StartAsync(project.PathOf("postgresql"), Slots, ct, await cluster.NewDatabaseAsync());
        await ManyAsync(server, project, await DeployAsync(server, project, Networks.None, ct, EntrypointModes.Stdio),
            "on PostgreSQL", ct);
    }

    public static async Task<string> DeployAsync(
        BenchServer server, Project project, string network, CancellationToken ct, string mode = EntrypointModes.File)
    {
        project.Write("context/Dockerfile", $"FROM {Image}\n");
        var spec = new HarborBuildSpec
        {
            Name = $"bench-{network}-{mode}",
            ContextDir = project.PathOf("context"),
            DockerfilePath = "Dockerfile",
            Entrypoint = mode == EntrypointModes.File ? Work : Print,
            EntrypointMode = mode,
            Network = network,
        };
        return (await HarborDeployments.UploadHarborDeploymentAsync(spec, server.Url, server.Key, wait: true, ct: ct)).DeploymentId;
    }

    /// <summary>In turn with <c>docker run</c>, and how long a free slot takes to start the sandbox of a rollout.</summary>
    private static async Task OneByOneAsync(BenchServer server, Project project, string deployment, CancellationToken ct)
    {
        var (own, peer, queued) = (new double[Turns], new double[Turns], new List<double>());
        for (var turn = -1; turn < Turns; turn++)
        {
            var began = Stopwatch.GetTimestamp();
            var answer = await RolloutAsync(server, deployment, turn + 2, ct);
            var (mine, before) = (Stopwatch.GetElapsedTime(began).TotalMilliseconds, Stopwatch.GetTimestamp());
            await DockerRun(project).RunAsync(ct);
            if (turn >= 0)
            {
                (own[turn], peer[turn]) = (mine, Stopwatch.GetElapsedTime(before).TotalMilliseconds);
                queued.Add(answer["execution_metadata"]!["queued_ms"]!.GetValue<double>());
            }
        }

        Report.Pair("one rollout, `network: none`", Report.Median(own), "`docker run`", Report.Median(peer),
            Report.Median(own.Zip(peer, (x, y) => x / y)), "1.2x + 50 ms");
        var most = queued.Order().ElementAt((int)(queued.Count * 0.95));
        Report.Single("from the request to the claim, free slots, 95 of 100", most, "300 ms");
    }

    private static async Task ManyAsync(BenchServer server, Project project, string deployment, string how, CancellationToken ct)
    {
        var limits = new ParallelOptions { MaxDegreeOfParallelism = Slots, CancellationToken = ct };
        var peer = await TimeAsync(() => Parallel.ForAsync(
            0, Rollouts, limits, async (_, token) => await DockerRun(project).RunAsync(token)));
        var own = await TimeAsync(() => Parallel.ForAsync(
            0, Rollouts,
            new ParallelOptions { MaxDegreeOfParallelism = 4 * Slots, CancellationToken = ct }, // Some always wait.
            async (seed, token) => await RolloutAsync(server, deployment, 1000 + seed, token)));
        Report.Row(
            $"rollouts in a second, {Rollouts} through the queue, {Slots} at once, {how}", $"{Rollouts / own:0.0}",
            "`docker run` in a loop", $"{Rollouts / peer:0.0}", peer / own, "at least 0.9x");
    }

    private static async Task InstancesAsync(BenchServer server, string deployment, CancellationToken ct)
    {
        var seconds = await TimeAsync(async () =>
        {
            using var answer = await server.Http.PostAsJsonAsync(
                $"/api/harbor/deployments/{deployment}/instances/batch", new { count = 10_000, start_seed = 0 }, ct);
            answer.EnsureSuccessStatusCode();
        });
        Report.Single("10,000 instances in one request", seconds * 1000, "1000 ms");
    }

    private static async Task AddRowsAsync(string data, string deployment, CancellationToken ct)
    {
        var databases = new Databases(DatabaseUrl.File(data));
        await using var first = databases.Open();
        var organisation = first.Rollouts.Select(row => row.OrganisationId).First();
        for (var done = 0; done < Rows; done += 10_000)
        {
            await using var db = databases.Open();
            db.Rollouts.AddRange(Enumerable.Range(done, 10_000).Select(seed => new Rollout
            {
                Id = Guid.CreateVersion7(),
                OrganisationId = organisation,
                DeploymentId = Guid.Parse(deployment),
                State = RolloutState.Completed,
                Seed = seed,
                Request = "{}",
                RequestDigest = "",
                Retain = "none",
                CreatedAt = DateTimeOffset.UnixEpoch.AddSeconds(seed),
                DueAt = DateTimeOffset.UnixEpoch,
            }));
            await db.SaveChangesAsync(ct);
        }
    }

    /// <summary>Bytes that no compressor makes smaller.</summary>
    private static async Task UploadAsync(Project project, CancellationToken ct)
    {
        project.Write("large/Dockerfile", "FROM scratch\n");
        await File.WriteAllBytesAsync(project.PathOf("large/random.bin"), RandomNumberGenerator.GetBytes(UploadMb * 1024 * 1024), ct);
        await using var server = await BenchServer.StartAsync(project.PathOf("upload"), Slots, ct);
        await using var client = new ChildProcess(
            "dotnet",
            [
                BenchServer.Program, "deployments", "upload", "--name", "large", "--context-dir", project.PathOf("large"),
                "--dockerfile-path", "Dockerfile",
            ],
            environment: new Dictionary<string, string> { ["HARBOR_BACKEND_URL"] = server.Url, ["HARBOR_API_KEY"] = server.Key });
        var peak = 0.0;
        var ended = client.EndedAsync(ct);
        while (!ended.IsCompleted)
        {
            peak = Math.Max(peak, PeakOf(client.Id));
            await Task.WhenAny(ended, Task.Delay(20, ct));
        }

        if (await ended != 0)
        {
            throw new InvalidOperationException(client.Output);
        }

        Memory($"upload of {UploadMb} MB, the client's peak", peak, "200 MB");
        Memory($"upload of {UploadMb} MB, the server's peak", server.Memory("VmHWM"), "200 MB");
    }

    private static double PeakOf(int process)
    {
        try
        {
            return BenchServer.MemoryOf($"/proc/{process}/status", "VmHWM");
        }
        catch (Exception error) when (error is IOException or InvalidOperationException)
        {
            return 0; // It has just ended.
        }
    }

    public static async Task<JsonNode> RolloutAsync(BenchServer server, string deployment, int seed, CancellationToken ct)
    {
        var body = $$"""
            { "trace_correlation_id": "bench-{{seed}}", "env": { "seed": {{seed}} }, "policy": { "config": { "model": "m" } } }
            """;
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await server.Http.PostAsync($"/api/harbor/deployments/{deployment}/rollout", content, ct);
        var text = await answer.Content.ReadAsStringAsync(ct);
        return answer.IsSuccessStatusCode && JsonNode.Parse(text) is { } json && json["success"]?.GetValue<bool>() != false ? json
            : throw new InvalidOperationException(text);
    }

    private static Command DockerRun(Project project) =>
        project.Here("docker", "run", "--rm", "--network", "none", Image, "sh", "-c", Work);

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var began = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static void Memory(string what, double megabytes, string limit) =>
        Console.WriteLine($"| {what} | {megabytes:0} MB | | | | {limit} |");
}
