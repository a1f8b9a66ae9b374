using Harbor.Optimization.Engine;
using Harbor.Optimization.Selection;

namespace Harbor.Optimization.Configuration;

/// <summary>Reads <c>[prompt_learning.gepa.search]</c>: GEPA's own knobs.</summary>
internal static class SearchReader
{
    public static SearchConfig Read(ConfigTable search)
    {
        var defaults = new SearchConfig();
        var (epsilon, topK) = (search.Real("epsilon", 0, 1), search.Count("top_k", 1));
        var selector = search.OneOf("selector", new Dictionary<string, ICandidateSelector>
        {
            ["pareto"] = new ParetoSelector(),
            ["current_best"] = new CurrentBestSelector(),
            ["epsilon_greedy"] = epsilon is { } chance ? new EpsilonGreedySelector(chance) : new EpsilonGreedySelector(),
            ["top_k_pareto"] = topK is { } k ? new TopKParetoSelector(k) : new TopKParetoSelector(),
        });
        Needs(search, "epsilon", selector is EpsilonGreedySelector, "selector = \"epsilon_greedy\"");
        Needs(search, "top_k", selector is TopKParetoSelector, "selector = \"top_k_pareto\"");
        return new SearchConfig
        {
            Mode = Word(search, "mode", GepaMode.Native),
            Selector = selector ?? defaults.Selector,
            Frontier = Word(search, "frontier", Frontier.Instance),
            Modules = search.OneOf("modules", new Dictionary<string, object>
            {
                ["round_robin"] = ComponentSelection.RoundRobin,
                ["all"] = ComponentSelection.All,
            }) as ComponentSelection? ?? ComponentSelection.RoundRobin,
            Sampling = Named(search, "sampling", StrategyNames.Sampling, StrategyNames.SamplingForms),
            Selection = Named(search, "selection", StrategyNames.Selection, StrategyNames.SelectionForms) ?? defaults.Selection,
            Acceptance = search.OneOf("acceptance", new Dictionary<string, IAcceptance>
            {
                ["strict_improvement"] = new StrictImprovement(),
                ["improvement_or_equal"] = new ImprovementOrEqual(),
            }) ?? defaults.Acceptance,
            Merge = search.Truth("merge"),
            MaxMergeInvocations = search.Count("max_merge_invocations") ?? defaults.MaxMergeInvocations,
            Cache = search.Truth("cache") ?? false,
            PerfectScore = search.Truth("skip_perfect_score") == false ? null : search.Real("perfect_score") ?? defaults.PerfectScore,
            MaxSeconds = search.Real("max_seconds", 0),
            ScoreThreshold = search.Real("score_threshold"),
            Attempts = search.Count("retries") + 1 ?? defaults.Attempts,
        };
    }

    private static void Needs(ConfigTable search, string key, bool isThere, string what)
    {
        if (search.Has(key) && !isThere)
        {
            search.Wrong(key, $"it needs {what}");
        }
    }

    private static T Word<T>(ConfigTable search, string key, T otherwise)
        where T : struct, Enum =>
        search.OneOf(key, Enum.GetValues<T>().ToDictionary(value => value.ToString().ToLowerInvariant(), value => (object)value)) as T?
            ?? otherwise;

    private static T? Named<T>(ConfigTable search, string key, Func<string, T?> read, string forms)
        where T : class
    {
        if (search.Text(key) is not { } text)
        {
            return null;
        }

        var value = read(text);
        if (value is null)
        {
            search.Wrong(key, $"'{text}' is not known; there are {forms}");
        }

        return value;
    }
}
