using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Harbor.Deployments;
using Harbor.Server.Database;
using Harbor.Server.Keys;
using Harbor.Server.Pages;
using Harbor.Server.Sandboxes;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Commands;

/// <summary>
/// <c>evaluate</c>: everything in one process, from a build spec to a table of rewards: a server for the time of the command, build,
/// instances, eval job. What it did stays in the data folder.
/// </summary>
internal static class EvaluateCommand
{
    /// <summary>The solutions are in an image of their own, which no agent that is measured ever sees.</summary>
    private static readonly string[] EngineBench =
    [
        .. ((string[])["", "oracle.", "codex.", "opencode.", "claude_code."])
            .Select(agent => $"stacks/enginebench/harbor.{agent}build.yaml"),
    ];

    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(30);

    public static Command Create()
    {
        var spec = new Option<string?>("--spec")
        {
            Description = "Build spec of what is evaluated (default: EngineBench-mini)",
            HelpName = "FILE",
        };
        var agent = new Option<string>("--agent") { Description = "Who plays", HelpName = "NAME", DefaultValueFactory = _ => "oracle" };
        var model = new Option<string?>("--model") { Description = "For the agent", HelpName = "NAME" };
        var provider = new Option<string?>("--provider")
        {
            Description = "Of providers.yaml; fake: plays a script (default: by the model's name)",
            HelpName = "NAME",
        };
        var fake = new Option<string?>("--fake-llm") { HelpName = "FILE", Hidden = true }; // The program of the provider 'fake'.
        var seeds = ClientOptions.Count("--seeds", 24, "Seeds 0 to N - 1");
        var attempts = ClientOptions.Count("--attempts", 1, "Rollouts for each seed, 1-64");
        var concurrency = ClientOptions.Count("--concurrency", Math.Max(2, Environment.ProcessorCount), "Rollouts at a time");
        var command = new Command("evaluate", "Builds a sandbox, runs an agent in it over many seeds and prints the rewards.")
        {
            spec, agent, model, provider, fake, seeds, attempts, concurrency, PlaceOptions.Data, ClientOptions.Json,
        };
        command.SetAction(async (given, ct) =>
        {
            var described = Choose(given.GetValue(spec), given.GetRequiredValue(agent));
            described.EnsureValid();
            var config = new EvalJobConfig
            {
                EnvName = described.Name,
                Seeds = [.. Enumerable.Range(0, given.GetValue(seeds)).Select(seed => (long)seed)],
                PolicyConfig = Policy(given.GetRequiredValue(agent), given.GetValue(model), given.GetValue(provider)),
                Attempts = given.GetValue(attempts),
                Concurrency = given.GetValue(concurrency),
            };
            var complete = config with { TaskAppUrl = "http://localhost", ApiKey = "-" }; // What the server will give.
            if (complete.Validate() is { Count: > 0 } errors)
            {
                throw new HarborSpecException(errors);
            }

            var data = given.ReadData();
            await using var program = await FakeLlmProgram.StartAsync(
                given.GetValue(provider), given.GetValue(fake), Path.GetDirectoryName(EngineBench[0])!, ct);
            return await InServerAsync(
                program is null ? data : new DataFolder(data.Path) { ProvidersFile = program.ProvidersFile },
                engine => NpmAgents.EnsureAsync(engine, Dockerfile(described), given.Say, ct),
                (connection, link) => EvaluateAsync(given, described, config with { Connection = connection }, link, ct), ct);
        });
        return command;
    }

    private static JsonObject Policy(string agent, string? model, string? provider)
    {
        model ??= provider == FakeLlmProgram.Name ? FakeLlmProgram.Model : null;
        var policy = new JsonObject { ["agent"] = agent, ["model"] = model };
        if (provider is not null)
        {
            policy["provider"] = provider;
        }

        return policy;
    }

    private static string Dockerfile(HarborBuildSpec spec) => File.ReadAllText(Path.Combine(spec.ContextDir, spec.DockerfilePath));

    /// <summary>Of the given spec, or of those of EngineBench-mini, the first whose <c>metadata.agents</c> has the agent.</summary>
    private static HarborBuildSpec Choose(string? given, string agent)
    {
        var specs = (given is null ? EngineBench : [given]).Select(SpecFile.Read).ToList();
        var chosen = specs.FirstOrDefault(spec => Agents(spec) is not { } known || known.Contains(agent));
        return chosen ?? throw new UsageException($"There is no agent '{agent}' in {given ?? "EngineBench-mini"}. "
            + $"Known: {string.Join(", ", specs.SelectMany(spec => Agents(spec)!).Distinct().Order(StringComparer.Ordinal))}.");
    }

    /// <summary>Null: the spec does not say.</summary>
    private static List<string>? Agents(HarborBuildSpec spec) =>
        (spec.Metadata["agents"] as JsonArray)?.Select(agent => $"{agent}").ToList();

    /// <summary>With a server on a free port of loopback, and a key that nobody else ever has.</summary>
    /// <param name="work">Also gets what makes a link of a page's path: it signs in once.</param>
    public static async Task<int> InServerAsync(
        DataFolder data, Func<SandboxEngine, Task> prepare, Func<HarborConnection, Func<string, string>, Task<int>> work,
        CancellationToken ct)
    {
        var options = new ServerOptions
        {
            Data = data,
            DatabaseUrl = DatabaseUrl.File(data.Path),
            Urls = "http://127.0.0.1:0",
            StopsOnSignals = false,
            Settings = new Dictionary<string, string?> { ["Logging:LogLevel:Harbor"] = "Warning" },
        };
        await using var app = await HarborServer.BuildAsync(options, ct);
        var engine = app.Services.GetRequiredService<SandboxEngine>();
        await FindEngineAsync(engine, ct);
        await prepare(engine);
        var addresses = await ServerCommand.StartAsync(app, options, ct);
        await using var db = app.Services.GetRequiredService<Databases>().Open();
        var key = await NewKey.AddAsync(db, TimeProvider.System, new NewKey("evaluate") { ExpiresDays = 7 }, ct);
        var (id, links) = (KeyText.Id(key)!, app.Services.GetRequiredService<SignInLinks>());
        try
        {
            return await work(new HarborConnection(addresses.First(), key), page => addresses.First() + links.New(id, page));
        }
        finally
        {
            await db.ApiKeys.Where(row => row.Id == id).ExecuteDeleteAsync(CancellationToken.None);
            await app.StopAsync(CancellationToken.None);
        }
    }

    /// <exception cref="HarborException">No engine answers; nothing was begun.</exception>
    private static async Task FindEngineAsync(SandboxEngine engine, CancellationToken ct)
    {
        try
        {
            await engine.InfoAsync(ct);
        }
        catch (EngineException error)
        {
            throw new HarborException(
                $"No container engine answers: {error.Message}. './build.sh --target=Setup --setup' installs and starts one.", error);
        }
    }

    private static async Task<int> EvaluateAsync(
        ParseResult given, HarborBuildSpec spec, EvalJobConfig config, Func<string, string> link, CancellationToken ct)
    {
        var connection = config.Connection!;
        var deployment = await DeployAsync(given, spec, connection, ct);
        var instances = await new HarborInstances(connection).CreateAsync(deployment.Id, config.Seeds.Count, ct: ct);
        given.Say($"{instances.Count} instances");
        SayLink(given, link("/jobs"));
        var job = new EvalJob(config with { TaskAppUrl = deployment.ToRef().Url, AppId = $"harbor-{deployment.Id[..8]}" });
        try
        {
            return await EvalRunCommand.FollowAsync(given, job, ct);
        }
        catch (OperationCanceledException) when (job.JobId is not null)
        {
            await job.CancelAsync("interrupted", CancellationToken.None); // Its server ends with this command.
            throw;
        }
    }

    public static void SayLink(ParseResult given, string link) => given.Say($"Watch in a browser while this runs: {link} "
        + "(signs in once, within ten minutes). Later: ./harbor server, with a key of ./harbor keys create.");

    /// <summary>Uploads the spec under a name of its content, and waits until it is built.</summary>
    public static async Task<HarborDeploymentResult> DeployAsync(
        ParseResult given, HarborBuildSpec spec, HarborConnection connection, CancellationToken ct)
    {
        var uploader = new HarborDeploymentUploader(connection);
        spec = spec with { Name = $"{spec.Name}-{await DigestAsync(spec, ct)}" };
        given.Say($"Deployment {spec.Name}");
        var deployment = await uploader.UploadAsync(spec, ct: ct);
        if (deployment is { Status: not "ready", BuildId: { } build })
        {
            await BuildFollower.FollowAsync(given, uploader, deployment.DeploymentId, build, BuildLimit, ct);
        }

        return deployment;
    }

    /// <summary>Another content is another deployment, so that older results keep what they were made with.</summary>
    private static async Task<string> DigestAsync(HarborBuildSpec spec, CancellationToken ct)
    {
        var content = (await new HarborPackager(spec).GetPackageInfoAsync(ct)).ContextDigest;
        var request = JsonSerializer.SerializeToUtf8Bytes(
            spec.ToRequest(content), HarborJson.Default.CreateDeploymentRequest);
        return Convert.ToHexStringLower(SHA256.HashData(request))[..8];
    }
}
