using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Harbor.Deployments;
using Harbor.Deployments.Wire;
using Harbor.Server.Database;
using Harbor.Server.Deployments;
using Harbor.Server.Http;
using Harbor.Server.Keys;
using Harbor.Server.Queue;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Jobs;

/// <summary><c>POST</c> of a job: checks it, writes the job and all its units at once.</summary>
public sealed class NewJob(HarborDb db, SecretBox box, Signals signals, TaskAppClient taskApps, TimeProvider time)
{
    private const int MostAttempts = 64;
    private const int MostUnits = 100_000;
    private static readonly (string Alias, string Name)[] Aliases =
        [("container_url", "task_app_url"), ("local_api_url", "task_app_url"), ("container_api_key", "task_app_api_key"),
            ("local_api_key", "task_app_api_key"), ("policy_config", "policy"), ("concurrency", "max_concurrent")];

    public async Task<EvalJob> CreateAsync(HttpRequest http, Caller caller, CancellationToken ct)
    {
        var strict = new JsonDocumentOptions { AllowDuplicateProperties = false };
        var body = await JsonNode.ParseAsync(http.Body, null, strict, ct) as JsonObject
            ?? throw new JsonException("a job is an object");
        foreach (var (alias, name) in Aliases)
        {
            if (body[name] is null && body[alias] is { } value)
            {
                body[name] = value.DeepClone();
            }
        }

        var request = body.Deserialize(HarborJson.Default.EvalJobRequest) ?? throw new JsonException("null is no request");
        Check(request);
        var deployment = await OwnDeploymentAsync(request, http, caller, ct);
        if (deployment is null)
        {
            await taskApps.PreflightAsync(request.TaskAppUrl!, request.TaskAppApiKey, request.Seeds[0], ct);
        }

        var now = time.GetUtcNow();
        var job = new EvalJob
        {
            Id = $"eval-{Guid.CreateVersion7(now):N}",
            OrganisationId = caller.OrganisationId,
            Config = Config(request).ToJsonString(),
            DeploymentId = deployment?.Id,
            TaskAppUrl = request.TaskAppUrl!,
            TaskAppKey = request.TaskAppApiKey is { } key ? box.Seal(Encoding.UTF8.GetBytes(key)) : null,
            Concurrency = (int)request.MaxConcurrent,
            SuccessThreshold = request.SuccessThreshold ?? 1.0,
            CreatedAt = now,
            DueAt = now,
        };
        db.Jobs.Add(job);
        foreach (var seed in request.Seeds.Distinct())
        {
            for (var attempt = 1; attempt <= (request.Attempts ?? 1); attempt++)
            {
                db.JobUnits.Add(Unit(job.Id, seed, attempt));
            }
        }

        await db.SaveChangesAsync(ct);
        await signals.RaiseAsync(db, Signals.Jobs, ct);
        return job;
    }

    public static JobUnit Unit(string job, long seed, int attempt) =>
        new() { JobId = job, Seed = seed, Attempt = attempt, TraceCorrelationId = $"{job}-{seed}-{attempt}" };

    private static void Check(EvalJobRequest request)
    {
        var errors = new List<FieldError>();
        void Require(bool isMet, string loc, string message)
        {
            if (!isMet)
            {
                errors.Add(new FieldError(loc, message));
            }
        }

        Require(!string.IsNullOrEmpty(request.TaskAppUrl), "task_app_url", "task_app_url (or local_api_url) is required");
        Require(string.IsNullOrEmpty(request.TaskAppUrl) || (Uri.TryCreate(request.TaskAppUrl, UriKind.Absolute, out var url)
            && url.Scheme is "http" or "https"), "task_app_url", "task_app_url must be an http or https URL");
        Require(request.Seeds.Count > 0, "seeds", "seeds list is required and cannot be empty");
        Require(request.Attempts is null or (>= 1 and <= MostAttempts), "attempts",
            $"attempts must be 1-{MostAttempts} (got {request.Attempts})");
        Require(request.MaxConcurrent is >= 1 and <= 1000, "max_concurrent",
            $"max_concurrent must be 1-1000 (got {request.MaxConcurrent})");
        Require(request.Timeout > 0 && double.IsFinite(request.Timeout), "timeout", $"timeout must be more than 0 (got {request.Timeout})");
        Require(request.MaxInfraRetries is null or (>= 0 and <= 10), "max_infra_retries",
            $"max_infra_retries must be 0-10 (got {request.MaxInfraRetries})");
        Require(request.Retain is null or "none" or "artifacts" or "snapshot", "retain", "retain must be one of none, artifacts, snapshot");
        Require(request.Seeds.Count * (request.Attempts ?? 1) <= MostUnits, "seeds", $"seeds x attempts must be at most {MostUnits:N0}");
        if (errors.Count > 0)
        {
            throw HttpException.Invalid(errors);
        }
    }

    private async Task<Deployment?> OwnDeploymentAsync(EvalJobRequest request, HttpRequest http, Caller caller, CancellationToken ct)
    {
        if (!OwnUrl.TryRead(request.TaskAppUrl!, http, out var name))
        {
            return null;
        }

        var key = request.TaskAppApiKey ?? "";
        var stored = KeyText.Id(key) is { } id ? await db.ApiKeys.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, ct) : null;
        if (stored is null || stored.OrganisationId != caller.OrganisationId || stored.RevokedAt is not null
            || stored.ExpiresAt <= time.GetUtcNow()
            || !CryptographicOperations.FixedTimeEquals(stored.Hash, KeyText.Hash(key)))
        {
            throw HttpException.Invalid("task_app_api_key",
                "task_app_api_key must be a key of the same organisation: the task app is this server");
        }

        var deployment = await db.FindDeploymentAsync(caller, name, ct);
        return deployment.SnapshotId is not null ? deployment
            : throw HttpException.Conflict("not_ready", $"deployment '{deployment.Name}' is {deployment.Status.Word()}");
    }

    private static JsonObject Config(EvalJobRequest request)
    {
        var config = JsonSerializer.SerializeToNode(request, HarborJson.Default.EvalJobRequest)!.AsObject();
        HideKeys(config);
        return config;
    }

    /// <summary>Whatever looks like a key reads <c>***</c>, at any depth.</summary>
    private static void HideKeys(JsonObject map)
    {
        foreach (var (name, value) in map.ToArray())
        {
            if (value is JsonObject inner)
            {
                HideKeys(inner);
            }
            else if (value is not null && name.EndsWith("api_key", StringComparison.OrdinalIgnoreCase))
            {
                map[name] = "***";
            }
        }
    }
}
