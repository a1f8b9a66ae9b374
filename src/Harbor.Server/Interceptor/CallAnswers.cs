using System.Text.Json;
using Harbor.Deployments.Wire;
using Harbor.Server.Database;
using Harbor.Server.Http;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Interceptor;

/// <summary>The calls of a rollout as the wire has them: one by one, and in sum.</summary>
internal static class CallAnswers
{
    private const double NanoPerUsd = 1_000_000_000;

    /// <summary>Over all attempts: all of them were paid. Null: nothing was called.</summary>
    public static async Task<LlmUsage?> UsageAsync(this HarborDb db, Guid rollout, CancellationToken ct)
    {
        var calls = await db.ModelCalls.AsNoTracking().Where(call => call.RolloutId == rollout).Select(call => new
        {
            call.Status,
            call.Error,
            call.Model,
            call.InputTokens,
            call.CachedTokens,
            call.OutputTokens,
            call.ReasoningTokens,
            call.CostNano,
        }).ToListAsync(ct);
        return calls.Count == 0 ? null : new LlmUsage
        {
            Calls = calls.Count(call => call.Error != "budget_exceeded"),
            InputTokens = calls.Sum(call => call.InputTokens),
            CachedTokens = calls.Sum(call => call.CachedTokens),
            OutputTokens = calls.Sum(call => call.OutputTokens),
            ReasoningTokens = calls.Sum(call => call.ReasoningTokens),
            CostUsd = calls.All(call => call.CostNano is null) ? null : calls.Sum(call => call.CostNano ?? 0) / NanoPerUsd,
            CostComplete = calls.All(call => call.CostNano is not null),
            ProviderErrors = calls.Count(call => call.Error == "provider_error"),
            Models = [.. calls.Select(call => call.Model).OfType<string>().Distinct().Order(StringComparer.Ordinal)],
        };
    }

    /// <summary>The word of the last call's error; null: it went well, or there was none.</summary>
    public static Task<string?> LastErrorAsync(this HarborDb db, Guid rollout, int attempt, CancellationToken ct) =>
        db.ModelCalls.Where(call => call.RolloutId == rollout && call.Attempt == attempt).OrderByDescending(call => call.Id)
            .Select(call => call.Error).FirstOrDefaultAsync(ct);

    public static async Task<IReadOnlyList<LlmCall>> CallsAsync(this HarborDb db, Guid rollout, CancellationToken ct)
    {
        var calls = await db.ModelCalls.AsNoTracking().Where(call => call.RolloutId == rollout).OrderBy(call => call.Id).ToListAsync(ct);
        return [.. calls.Select((call, index) => Answer(call, index + 1))];
    }

    private static LlmCall Answer(ModelCall call, int seq) => new()
    {
        Seq = seq,
        Wire = call.Wire,
        RequestedModel = call.RequestedModel,
        Model = call.Model,
        StartedAt = call.StartedAt,
        DurationMs = call.DurationMs,
        Status = call.Status,
        Usage = new LlmUsage
        {
            InputTokens = call.InputTokens,
            CachedTokens = call.CachedTokens,
            OutputTokens = call.OutputTokens,
            ReasoningTokens = call.ReasoningTokens,
        },
        IsEstimated = call.IsEstimated,
        Error = call.Error,
        CostUsd = call.CostNano / NanoPerUsd,
        Request = Json(call.Request),
        Response = Json(call.Response),
    };

    /// <summary>A stream's events, and what was cut, are a text.</summary>
    private static JsonElement? Json(string? text)
    {
        if (text is null)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(text, ServerJson.Default.String);
        }
    }
}
