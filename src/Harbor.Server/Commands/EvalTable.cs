using System.Globalization;
using Harbor.Deployments.Wire;

namespace Harbor.Server.Commands;

/// <summary>The result of an eval job: a row for each rollout, then the numbers.</summary>
internal static class EvalTable
{
    public static void Write(TextWriter output, EvalResultsAnswer results)
    {
        Rows.Write(output, ["SEED", "REWARD", "TIME", "TASK", "ERROR"], results.Results.OrderBy(row => row.Seed).ThenBy(row => row.Attempt)
            .Select(row => (string[])[$"{row.Seed}", Rows.Reward(row.Score), Rows.Seconds(row.LatencyMs), Task(row),
                row.FailureKind is null ? "" : $"{row.FailureKind}: {Rows.Short(row.Error)}"]));
        var summary = results.Summary;
        output.WriteLine();
        output.WriteLine($"mean reward {Rows.Reward(summary.MeanReward)}{PlusMinus(summary.Stderr)}, " +
            $"{summary.NumSuccessful} of {results.Results.Count} succeeded ({results.JobId}: {results.Status})");
        if (summary.Coverage is < 1 and { } coverage)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"only {coverage:P0} have a reward; with 0 for the others the mean is {Rows.Reward(summary.MeanRewardMissingAsZero)}"));
        }

        foreach (var (kind, count) in summary.Failures.OrderByDescending(failure => failure.Value))
        {
            output.WriteLine($"{count} x {kind}");
        }

        if (summary.TotalTokens is { } tokens)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{tokens:N0} tokens, {(summary.TotalCostUsd is { } cost ? $"{cost:F4} USD" : "cost not known")}"));
        }
    }

    private static string PlusMinus(double? error) => error is null ? "" : $" +- {Rows.Reward(error)}";

    private static string Task(EvalRow row) => row.Details?["task_id"]?.ToString() ?? "-";
}
