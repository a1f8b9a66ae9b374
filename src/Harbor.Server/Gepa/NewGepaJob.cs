using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Harbor.Optimization.Configuration;
using Harbor.Optimization.Providers;
using Harbor.Optimization.Show;
using Harbor.Server.Database;
using Harbor.Server.Deployments;
using Harbor.Server.Http;
using Harbor.Server.Interceptor;
using Harbor.Server.Jobs;
using Harbor.Server.Keys;
using Harbor.Server.Queue;

namespace Harbor.Server.Gepa;

/// <summary><c>POST</c> of an optimisation: everything that can be known to be wrong is refused before it begins.</summary>
internal sealed class NewGepaJob(
    HarborDb db, Databases databases, SecretBox box, Signals signals, Providers providers, TaskAppClient taskApps, TimeProvider time)
{
    public async Task<GepaJob> CreateAsync(HttpRequest http, Caller caller, CancellationToken ct)
    {
        var strict = new JsonDocumentOptions { AllowDuplicateProperties = false };
        var body = await JsonNode.ParseAsync(http.Body, null, strict, ct) as JsonObject ?? throw new JsonException("a job is an object");
        if (body["algorithm"] is { } algorithm && $"{algorithm}" != "gepa")
        {
            throw HttpException.Invalid("algorithm", $"algorithm must be gepa (got '{algorithm}')");
        }

        var document = (body["config_body"] ?? body["config"]) as JsonObject
            ?? throw HttpException.Invalid("config_body", "config_body is required: {prompt_learning: {...}}");
        foreach (var (path, value) in body["overrides"] as JsonObject ?? [])
        {
            Override(document, path, value);
        }

        var config = Read(document);
        var deployment = await DeploymentAsync(config, http, caller, ct);
        var key = (string?)body["task_app_api_key"];
        if (deployment is null)
        {
            await taskApps.PreflightAsync(config.TaskAppUrl!, key, config.Seeds.Pareto[0], ct);
        }

        var now = time.GetUtcNow();
        var job = new GepaJob
        {
            Id = $"pl_{Guid.CreateVersion7(now):N}",
            OrganisationId = caller.OrganisationId,
            Status = (bool?)body["auto_start"] == false ? GepaStatus.Pending : GepaStatus.Queued,
            Config = document.ToJsonString(),
            Metadata = (body["metadata"] as JsonObject ?? []).ToJsonString(),
            Start = body["branch"] is JsonObject branch ? await BranchAsync(branch, config, caller, ct) : null,
            DeploymentId = deployment?.Id,
            TaskAppKey = deployment is null && key is not null ? box.Seal(Encoding.UTF8.GetBytes(key)) : null,
            CreatedAt = now,
            DueAt = now,
        };
        db.GepaJobs.Add(job);
        await db.SaveChangesAsync(ct);
        await signals.RaiseAsync(db, Signals.Gepa, ct);
        return job;
    }

    private PromptLearningConfig Read(JsonObject document)
    {
        using var json = JsonDocument.Parse(document.ToJsonString());
        try
        {
            var config = PromptLearningConfig.FromMapping(json.RootElement);
            if (config.Missing() is { Count: > 0 } missing)
            {
                throw HttpException.Invalid("config_body", string.Join(" ", missing));
            }

            GepaRunner.Provider(providers, config.Proposer);
            return config;
        }
        catch (ConfigException error)
        {
            throw HttpException.Invalid(
                [.. error.Problems.Select(problem => new Harbor.Deployments.Wire.FieldError("config_body", $"{problem}"))]);
        }
        catch (ReflectionException error)
        {
            throw HttpException.Invalid("config_body.prompt_learning.gepa.proposer", error.Message);
        }
    }

    /// <returns>Null: a foreign task app.</returns>
    private async Task<Deployment?> DeploymentAsync(PromptLearningConfig config, HttpRequest http, Caller caller, CancellationToken ct)
    {
        if (config.TaskAppId is { } app)
        {
            throw HttpException.Invalid("task_app_id", $"this server knows no task app '{app}': give task_app_url or harbor.deployment_id");
        }

        var name = config.DeploymentId ?? config.DeploymentName;
        if (name is null && !OwnUrl.TryRead(config.TaskAppUrl!, http, out name))
        {
            return null;
        }

        var deployment = await db.FindDeploymentAsync(caller, name, ct);
        return deployment.SnapshotId is not null ? deployment
            : throw HttpException.Conflict("not_ready", $"deployment '{deployment.Name}' is {deployment.Status.Word()}");
    }

    private async Task<string> BranchAsync(JsonObject branch, PromptLearningConfig config, Caller caller, CancellationToken ct)
    {
        var other = await db.FindGepaJobAsync(caller, $"{branch["job_id"]}", ct);
        var story = RunStory.Read(new JobJournal(databases, other, time));
        var index = (int?)branch["candidate"] ?? story.Best;
        if (index < 0 || index >= story.Candidates.Count)
        {
            throw HttpException.Invalid("branch.candidate", $"candidate must be 0-{story.Candidates.Count - 1} (got {index})");
        }

        var texts = story.Candidates[index].Texts;
        return texts.Texts.Select(text => text.Key).SequenceEqual(config.SeedCandidate.Texts.Select(text => text.Key))
            ? CandidateJson.Text(texts)
            : throw HttpException.Invalid("branch", "the other job's texts are not the ones of this configuration");
    }

    /// <param name="path">Keys with dots, with or without <c>prompt_learning</c> before them.</param>
    private static void Override(JsonObject document, string path, JsonNode? value)
    {
        var keys = path.Split('.');
        var map = document;
        foreach (var key in keys[0] == "prompt_learning" ? keys[..^1] : ["prompt_learning", .. keys[..^1]])
        {
            map = map[key] as JsonObject ?? (JsonObject)(map[key] = new JsonObject());
        }

        map[keys[^1]] = value?.DeepClone();
    }
}
