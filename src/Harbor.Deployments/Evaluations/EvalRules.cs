using System.Globalization;
using Harbor.Deployments.Wire;

namespace Harbor.Deployments;

/// <summary>The rules of an eval job's config.</summary>
internal static class EvalRules
{
    private static readonly string[] Retained = ["none", "artifacts", "snapshot"];

    public static IEnumerable<FieldError> Check(EvalJobConfig config)
    {
        if (config.TaskAppUrl is null && config.TaskAppConfig is null)
        {
            yield return new("task_app_url", "task_app_url (or local_api_url) is required");
        }

        if (config.TaskAppUrl is not null && config.TaskAppConfig is not null)
        {
            yield return new("task_app_url", "task_app_url and task_app_config exclude each other: give one");
        }

        if (config.Connection is null && !HasKey(config))
        {
            yield return new("api_key", "api_key is required");
        }

        if (config.Seeds.Count == 0)
        {
            yield return new("seeds", "seeds list is required and cannot be empty");
        }

        foreach (var error in Ranges(config).Concat(Budget(config.Budget)))
        {
            yield return error;
        }

        foreach (var error in config.TaskAppConfig?.Validate() ?? [])
        {
            yield return error with { Loc = "task_app_config." + error.Loc };
        }
    }

    private static IEnumerable<FieldError> Ranges(EvalJobConfig config)
    {
        if (config.Seeds.Distinct().Count() != config.Seeds.Count)
        {
            yield return new("seeds", "seeds must differ; use attempts to run a seed more than once");
        }

        if (config.Concurrency < 1)
        {
            yield return new("concurrency", Invariant($"concurrency must be at least 1 (got {config.Concurrency})"));
        }

        if (config.Timeout is not (> 0 and < double.PositiveInfinity))
        {
            yield return new("timeout", Invariant($"timeout must be more than 0 seconds (got {config.Timeout})"));
        }

        if (config.Attempts is < 1 or > 64)
        {
            yield return new("attempts", Invariant($"attempts must be 1-64 (got {config.Attempts})"));
        }

        if (!double.IsFinite(config.SuccessThreshold))
        {
            yield return new("success_threshold", "success_threshold must be a number");
        }

        if (config.MaxInfraRetries < 0)
        {
            yield return new("max_infra_retries", Invariant($"max_infra_retries must not be negative (got {config.MaxInfraRetries})"));
        }

        if (config.Retain is not null && !Retained.Contains(config.Retain))
        {
            yield return new("retain", $"retain must be one of {string.Join(", ", Retained)} (got '{config.Retain}')");
        }
    }

    private static IEnumerable<FieldError> Budget(LlmBudget? budget)
    {
        if (budget?.MaxCalls < 0 || budget?.MaxTokens < 0 || budget?.MaxCostUsd < 0)
        {
            yield return new("budget", "the limits of budget must not be negative");
        }
    }

    private static bool HasKey(EvalJobConfig config) => !string.IsNullOrWhiteSpace(config.ApiKey)
        || !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable("HARBOR_API_KEY"))
        || !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable("SYNTH_API_KEY"));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
