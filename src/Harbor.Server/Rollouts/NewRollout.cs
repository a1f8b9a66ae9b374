using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Harbor.Deployments;
using Harbor.Deployments.Wire;
using Harbor.Server.Deployments;
using Harbor.Server.Http;

namespace Harbor.Server.Rollouts;

/// <summary>A request to run a deployment once, checked.</summary>
/// <param name="Text">The body as it was sent: identical ones attach to each other.</param>
public sealed record NewRollout(string Text, RolloutRequest Request)
{
    public const int LargestBody = 16 * 1024 * 1024;
    private static readonly string[] Retains = ["none", "artifacts", "snapshot"];

    public string? JobId { get; init; }
    public string? IdempotencyKey { get; init; }
    public int MaxInfraRetries { get; init; } = 2;

    /// <summary>Seconds that a job allows; null: no limit of its own.</summary>
    public double? JobTimeout { get; init; }

    public string? Correlation => Request.TraceCorrelationId ?? Request.RunId;
    public long? Seed => Request.Env?.Seed ?? Request.Seed;
    public string Retain => Request.Other?.TryGetValue("retain", out var value) == true && value.ValueKind == JsonValueKind.String
        ? value.GetString()! : "artifacts";

    /// <summary>Reads a body of either public shape.</summary>
    /// <exception cref="JsonException">It is not JSON of that shape.</exception>
    public static async Task<NewRollout> ReadAsync(HttpRequest http, CancellationToken ct)
    {
        var text = await TextAsync(http, ct);
        var request = JsonSerializer.Deserialize(text, HarborJson.Default.RolloutRequest) ?? throw new JsonException("null is no request");
        string? key = http.Headers[Idempotency.Header];
        var made = new NewRollout(text, request) { IdempotencyKey = key };
        made.Check(http);
        return made;
    }

    private static async Task<string> TextAsync(HttpRequest http, CancellationToken ct)
    {
        using var body = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await http.Body.ReadAsync(buffer, ct)) > 0)
        {
            body.Write(buffer, 0, read);
            if (body.Length > LargestBody)
            {
                throw new HttpException(413, "too_large", "A rollout request must be at most 16 MiB.");
            }
        }

        return Encoding.UTF8.GetString(body.GetBuffer().AsSpan(0, (int)body.Length)).TrimStart('\uFEFF');
    }

    /// <summary>Seconds: the least of what the deployment and the caller allow.</summary>
    public int Timeout(Deployment deployment)
    {
        double?[] limits = [deployment.TimeoutS, Number(Request.Policy?.Config, "timeout"), Request.Limits?.TimeoutS,
            Request.Safety.MaxTimeS, JobTimeout];
        return (int)Math.Ceiling(limits.Min() ?? deployment.TimeoutS);
    }

    /// <summary>Without a job, the same body for the same deployment has the same digest.</summary>
    public string Digest(Guid deployment) =>
        Convert.ToHexStringLower(SHA256.HashData(
            Encoding.UTF8.GetBytes(JobId is null && IdempotencyKey is null ? $"{deployment}\n{Text}" : $"{Guid.NewGuid()}")));

    private static double? Number(JsonObject? map, string name) =>
        map?[name] is JsonValue value && value.TryGetValue<double>(out var number) ? number : null;

    private void Check(HttpRequest http)
    {
        var errors = new List<FieldError>();
        if (string.IsNullOrEmpty(Correlation))
        {
            errors.Add(new FieldError("trace_correlation_id", "trace_correlation_id is required"));
        }
        else if (Correlation.Contains('\0'))
        {
            errors.Add(new FieldError("trace_correlation_id", "trace_correlation_id must not hold a NUL"));
        }

        foreach (var (loc, value) in new[]
        {
            ("policy.config.timeout", Number(Request.Policy?.Config, "timeout")), ("limits.timeout_s", Request.Limits?.TimeoutS),
            ("safety.max_time_s", Request.Safety.MaxTimeS),
        })
        {
            if (value is { } seconds && !(seconds > 0 && double.IsFinite(seconds)))
            {
                errors.Add(new FieldError(loc, $"{loc} must be more than 0 (got {seconds})"));
            }
        }

        var url = Request.InferenceUrl ?? (Request.Policy?.Config["inference_url"] as JsonValue)?.ToString();
        if (!string.IsNullOrEmpty(url) && !InferenceUrl.IsOurs(url, http))
        {
            errors.Add(new FieldError("inference_url", "inference_url must be this server's or a configured provider's"));
        }

        if (!Retains.Contains(Retain))
        {
            errors.Add(new FieldError("retain", $"retain must be one of {string.Join(", ", Retains)}"));
        }

        if (errors.Count > 0)
        {
            throw HttpException.Invalid(errors);
        }
    }
}
