using System.Globalization;
using Harbor.Optimization.Prompts;
using Harbor.Optimization.Rollouts;
using Harbor.Optimization.Selection;
using Harbor.Optimization.Stopping;

namespace Harbor.Optimization.Configuration;

/// <summary>What the engine does for a configuration.</summary>
public static class PromptLearningPlan
{
    /// <summary>The engine's options. An example is a seed: its name is the number.</summary>
    /// <param name="time">For a limit of time.</param>
    public static GepaOptions ToOptions(this PromptLearningConfig config, TimeProvider time)
    {
        var (population, search, seeds) = (config.Population, config.Search, config.Seeds);
        var options = new GepaOptions
        {
            Mode = search.Mode,
            SeedCandidate = config.SeedCandidate,
            TrainSet = Examples(seeds.Train),
            Seed = config.RngSeed,
            MinibatchSize = config.MinibatchSize,
            Selector = search.Selector,
            Frontier = search.Frontier,
            Components = search.Modules,
            Acceptance = search.Acceptance,
            Sampling = search.Sampling ?? ProposalSampling.Independent(population.ChildrenPerGeneration),
            FirstSampling = search.Sampling is null ? ProposalSampling.SameParent(Math.Max(1, population.InitialSize - 1)) : null,
            Selection = search.Selection,
            SkipPerfectScore = search.PerfectScore is not null,
            PerfectScore = search.PerfectScore,
            UseMerge = search.Merge ?? population.CrossoverRate > 0,
            MergeRate = search.Merge is null && population.CrossoverRate > 0 ? population.CrossoverRate : null,
            MaxMergeInvocations = search.MaxMergeInvocations,
            CacheEvaluations = search.Cache,
            TieWithin = config.ParetoEps,
            MaxMetricCalls = config.RolloutBudget,
            HoldOut = seeds.HoldOut.Count > 0 ? new HoldOut(Examples(seeds.HoldOut), seeds.HoldOutTopK) : null,
            Template = config.ReflectionTemplate is { } template ? new ReflectionTemplate(template) : ReflectionTemplate.Default,
            TextRules = new TextRules(config.Token.MaxLimit) { Wildcards = RequiredWildcards(config) },
            StopConditions = [.. Conditions(config, time)],
        };
        return seeds.IsShared ? options : options with { ValidationSet = Examples(seeds.Pareto) };
    }

    /// <param name="runId">Part of every rollout's idempotency key.</param>
    public static RolloutOptions ToRolloutOptions(this PromptLearningConfig config, string runId) => new()
    {
        RunId = runId,
        MaxConcurrent = config.MaxConcurrent,
        Attempts = config.Search.Attempts,
    };

    private static IEnumerable<IStopCondition> Conditions(PromptLearningConfig config, TimeProvider time)
    {
        if (config.Search.Sampling is null)
        {
            yield return new MaxProposals(config.Population.NumGenerations);
            yield return new NoImprovement(config.Population.PatienceGenerations);
        }

        if (config.ArchiveSize is { } size)
        {
            yield return new MaxCandidates(size);
        }

        if (config.Search.ScoreThreshold is { } threshold)
        {
            yield return new ScoreThreshold(threshold);
        }

        if (config.Token.MaxSpendUsd is { } dollars)
        {
            yield return new MaxSpend(dollars);
        }

        if (config.Search.MaxSeconds is { } seconds)
        {
            yield return new Stopping.Timeout(TimeSpan.FromSeconds(seconds), time);
        }
    }

    // A component must keep the required wildcards that its first text holds.
    private static Dictionary<string, IReadOnlyList<string>> RequiredWildcards(PromptLearningConfig config)
    {
        string[] required =
            [.. (config.InitialPrompt?.Wildcards ?? new Dictionary<string, bool>()).Where(entry => entry.Value)
                .Select(entry => $"{{{entry.Key}}}")];
        return config.SeedCandidate.Texts
            .Select(text => (text.Key, Held: required.Where(name => text.Value.Contains(name, StringComparison.Ordinal)).ToArray()))
            .Where(entry => entry.Held.Length > 0)
            .ToDictionary(entry => entry.Key, entry => (IReadOnlyList<string>)entry.Held);
    }

    private static Example[] Examples(IEnumerable<long> seeds) =>
        [.. seeds.Select(seed => new Example(seed.ToString(CultureInfo.InvariantCulture), seed))];
}
