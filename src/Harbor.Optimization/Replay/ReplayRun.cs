using System.Numerics;
using System.Text.Json;
using Harbor.Optimization.Engine;
using Harbor.Optimization.Selection;

namespace Harbor.Optimization.Replay;

/// <summary>The file of a run is not one; all that is wrong with it.</summary>
public sealed class ReplayInputException(IReadOnlyList<string> problems) : Exception(string.Join('\n', problems))
{
    public IReadOnlyList<string> Problems => problems;
}

/// <summary>A run of the hash problem to play: options by upstream's names, and the seed's texts.</summary>
public sealed record ReplayRun(GepaOptions Options, HashProblem Problem)
{
    private static readonly string[] Known =
    [
        "name", "components", "n_train", "n_val", "salt", "objectives", "lift", "seed", "opt", "sampling", "selection", "full_prompt",
    ];

    private static readonly string[] KnownOptions =
    [
        "max_metric_calls", "reflection_minibatch_size", "candidate_selection_strategy", "frontier_type", "module_selector", "use_merge",
        "max_merge_invocations", "cache_evaluation", "acceptance_criterion", "skip_perfect_score", "perfect_score",
        "merge_val_overlap_floor",
    ];

    /// <exception cref="ReplayInputException">All problems at once.</exception>
    public static ReplayRun Parse(ReadOnlyMemory<byte> json)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json);
        }
        catch (JsonException e)
        {
            throw new ReplayInputException([$"Not JSON: {e.Message}"]);
        }

        using (document)
        {
            return Read(document.RootElement);
        }
    }

    /// <exception cref="ReplayInputException">All problems at once.</exception>
    public static ReplayRun Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new ReplayInputException([$"an object is expected, not {root.ValueKind}."]);
        }

        var problems = new List<string>();
        var run = new ReplayFields(root, "", problems);
        var config = new ReplayFields(run.Object("config"), "config.", problems);
        config.OnlyKnown(Known);
        var opt = new ReplayFields(config.Object("opt", isRequired: false), "config.opt.", problems);
        opt.OnlyKnown(KnownOptions);

        var trainCount = config.Count("n_train", 1);
        var validation = config.IsNullOrMissing("n_val") ? (int?)null : config.Count("n_val", 1);
        var candidate = Candidate(run.Object("seed_candidate"), config, problems);
        var seed = config.BigWhole("seed", BigInteger.Zero);
        var problem = new HashProblem(config.Text("salt") ?? "", config.Truth("objectives", false), config.Truth("lift", false));
        var options = new GepaOptions
        {
            Mode = GepaMode.Python,
            SeedCandidate = candidate ?? new Candidate(KeyValuePair.Create("sys", "")),
            TrainSet = HashProblem.Examples("t", trainCount ?? 1),
            Seed = seed,
            MaxMetricCalls = opt.Count("max_metric_calls", 0),
            MinibatchSize = opt.Count("reflection_minibatch_size", 1, 3) ?? 3,
            UseMerge = opt.Truth("use_merge", false),
            MaxMergeInvocations = opt.Count("max_merge_invocations", 0, 5) ?? 5,
            MergeOverlapFloor = opt.Count("merge_val_overlap_floor", 1, 5) ?? 5,
            CacheEvaluations = opt.Truth("cache_evaluation", false),
            SkipPerfectScore = opt.Truth("skip_perfect_score", true),
            PerfectScore = opt.IsNull("perfect_score") ? null : opt.Real("perfect_score", 1.0),
            Selector = opt.OneOf<ICandidateSelector>("candidate_selection_strategy", "pareto", new()
            {
                ["pareto"] = new ParetoSelector(),
                ["current_best"] = new CurrentBestSelector(),
                ["epsilon_greedy"] = new EpsilonGreedySelector(),
                ["top_k_pareto"] = new TopKParetoSelector(),
            }),
            Frontier = opt.OneOf(
                "frontier_type", "instance", Enum.GetValues<Frontier>().ToDictionary(value => value.ToString().ToLowerInvariant())),
            Components = opt.OneOf("module_selector", "round_robin", new Dictionary<string, ComponentSelection>
            {
                ["round_robin"] = ComponentSelection.RoundRobin,
                ["all"] = ComponentSelection.All,
            }),
            Acceptance = opt.OneOf<IAcceptance>("acceptance_criterion", "strict_improvement", new()
            {
                ["strict_improvement"] = new StrictImprovement(),
                ["improvement_or_equal"] = new ImprovementOrEqual(),
            }),
            Sampling = Numbered(config, "sampling", StrategyNames.Sampling) ?? ProposalSampling.One,
            Selection = Numbered(config, "selection", StrategyNames.Selection) ?? ProposalSelection.All,
        };
        if (validation is { } count)
        {
            options = options with { ValidationSet = HashProblem.Examples("u", count) };
        }

        if (options.Frontier != Frontier.Instance && !config.Truth("objectives", false))
        {
            opt.Wrong("frontier_type", $"'{options.Frontier.ToString().ToLowerInvariant()}' needs config.objectives to be true");
        }

        return problems.Count == 0 ? new ReplayRun(options, problem) : throw new ReplayInputException(problems);
    }

    private static Candidate? Candidate(JsonElement? json, ReplayFields config, List<string> problems)
    {
        var count = config.Count("components", 1);
        if (json is not { } texts)
        {
            return null;
        }

        JsonProperty[] entries = [.. texts.EnumerateObject()];
        if (count is not null && entries.Length != count)
        {
            problems.Add(FormattableString.Invariant($"seed_candidate has {entries.Length} components, config.components says {count}."));
        }

        problems.AddRange(entries.Where(entry => entry.Value.ValueKind != JsonValueKind.String)
            .Select(entry => $"seed_candidate.{entry.Name}: a text is expected, not {entry.Value.GetRawText()}."));
        problems.AddRange(entries.GroupBy(entry => entry.Name).Where(same => same.Count() > 1)
            .Select(same => $"seed_candidate.{same.Key} is given twice."));
        return problems.Count == 0 ? new Candidate(entries.Select(entry => KeyValuePair.Create(entry.Name, entry.Value.GetString()!)))
            : null;
    }

    private static T? Numbered<T>(ReplayFields fields, string name, Func<string, T?> read)
        where T : class
    {
        if (fields.Text(name, isRequired: false) is not { } text)
        {
            return null;
        }

        var value = read(text);
        if (value is null)
        {
            fields.Wrong(name, $"'{text}' is not known");
        }

        return value;
    }
}
