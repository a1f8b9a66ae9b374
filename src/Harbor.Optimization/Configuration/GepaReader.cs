using Harbor.Optimization.Prompts;

namespace Harbor.Optimization.Configuration;

/// <summary>Reads <c>[prompt_learning.gepa]</c>, and the few keys of the minimal form.</summary>
internal sealed class GepaReader
{
    private const int DefaultTopK = 3;

    private readonly ConfigTable main;
    private readonly ConfigTable gepa;
    private readonly ConfigTable archive;
    private readonly List<ConfigProblem> warnings;
    private readonly int? totalSeeds;

    public GepaReader(ConfigTable main, ConfigTable gepa, List<ConfigProblem> warnings)
    {
        (this.main, this.gepa, this.warnings) = (main, gepa, warnings);
        archive = gepa.Table("archive");
        totalSeeds = Short("total_seeds").Count("total_seeds", 1);
        ParetoEps = archive.Real("pareto_eps", 0) ?? 1e-6;
        ArchiveSize = archive.Count("size", 1);
    }

    public double ParetoEps { get; }

    public int? ArchiveSize { get; }

    public (int? Budget, int MaxConcurrent, int MinibatchSize) Rollout()
    {
        var rollout = gepa.Table("rollout");
        if (!rollout.Has("budget") && totalSeeds is null && !Short("total_seeds").Has("total_seeds"))
        {
            rollout.Wrong("budget", "it is missing: say how many rollouts the job may spend, for example budget = 200");
        }

        return (rollout.Count("budget", 1), rollout.Count("max_concurrent", 1) ?? 20, rollout.Count("minibatch_size", 1) ?? 8);
    }

    public SeedSplit Seeds()
    {
        var evaluation = gepa.Table("evaluation");
        var (seeds, name) = Either(evaluation, "seeds", "train_seeds");
        var (holdOut, _) = Either(evaluation, "validation_seeds", "val_seeds");
        var topK = evaluation.Count("validation_top_k", 1) ?? DefaultTopK;
        if (evaluation.Has("validation_top_k") && holdOut is null)
        {
            evaluation.Wrong("validation_top_k", "it needs validation_seeds");
        }

        if (totalSeeds is { } n)
        {
            if (seeds is not null)
            {
                evaluation.Wrong(name, "total_seeds is given, too: keep one of them");
            }

            return SeedSplit.Minimal(n) with { HoldOut = holdOut ?? [], HoldOutTopK = topK };
        }

        if (seeds is null)
        {
            if (!evaluation.Has("seeds") && !evaluation.Has("train_seeds"))
            {
                evaluation.Wrong("seeds", "it is missing: a list of seeds, or { start = 0, end = 100 }");
            }

            return SeedSplit.Minimal(1);
        }

        return SeedSplit.ByParetoSize(seeds, ParetoSize(seeds.Count), holdOut ?? [], topK);
    }

    public PopulationConfig Population()
    {
        var population = gepa.Table("population");
        if (population.Real("selection_pressure") is not null)
        {
            Warn(population, "selection_pressure", "it is not used: GEPA draws parents from the Pareto front");
        }

        var defaults = new PopulationConfig();
        return new PopulationConfig
        {
            InitialSize = population.Count("initial_size", 1) ?? defaults.InitialSize,
            NumGenerations = Both(population, "num_generations") ?? defaults.NumGenerations,
            ChildrenPerGeneration = Both(population, "children_per_generation") ?? defaults.ChildrenPerGeneration,
            CrossoverRate = population.Real("crossover_rate", 0, 1) ?? defaults.CrossoverRate,
            PatienceGenerations = population.Count("patience_generations", 1) ?? defaults.PatienceGenerations,
        };
    }

    public string? Template()
    {
        var mutation = gepa.Table("mutation");
        if (mutation.Real("rate", 0, 1) is not null)
        {
            Warn(mutation, "rate", "it is not used: every iteration proposes new texts");
        }

        var prompt = mutation.Text("prompt");
        if (prompt is not null && ReflectionTemplate.Missing(prompt) is { Count: > 0 } missing)
        {
            mutation.Wrong("prompt", $"the template lacks {string.Join(" and ", missing)}");
        }

        return prompt;
    }

    public ProposerConfig Proposer()
    {
        var proposer = gepa.Table("proposer");
        var limit = Short("proposer_output_tokens").OneOf("proposer_output_tokens", new Dictionary<string, string>
        {
            ["RAPID"] = "2000",
            ["FAST"] = "4000",
            ["SLOW"] = "8000",
        });
        string[] efforts = ["LOW_CONTEXT", "LOW", "MEDIUM", "HIGH"];
        return new ProposerConfig
        {
            Model = proposer.Text("model"),
            Provider = proposer.Text("provider"),
            BaseUrl = proposer.Text("base_url"),
            Type = gepa.Text("proposer_type"),
            Effort = Short("proposer_effort").OneOf("proposer_effort", efforts.ToDictionary(effort => effort)),
            MaxOutputTokens = limit is null ? new ProposerConfig().MaxOutputTokens
                : int.Parse(limit, System.Globalization.CultureInfo.InvariantCulture),
        };
    }

    public TokenConfig Token()
    {
        var token = gepa.Table("token");
        var minimal = Short("max_cost_usd").Real("max_cost_usd", 0);
        var dollars = token.Real("max_spend_usd", 0);
        if (minimal is not null && dollars is not null)
        {
            token.Wrong("max_spend_usd", "max_cost_usd is given, too: keep one of them");
        }

        return new TokenConfig
        {
            MaxLimit = token.Count("max_limit", 1),
            CountingModel = token.Text("counting_model"),
            EnforcePatternLimit = token.Truth("enforce_pattern_limit") ?? true,
            MaxSpendUsd = (decimal?)(dollars ?? minimal),
        };
    }

    // The first so many seeds. Not written: what the feedback fraction leaves, at least one.
    private int ParetoSize(int count)
    {
        var fraction = archive.Real("feedback_fraction", 0, 1) ?? 0.5;
        if (archive.Count("pareto_set_size", 1) is not { } written)
        {
            return Math.Max(1, count - (int)Math.Floor(count * fraction));
        }

        if (written > count)
        {
            archive.Wrong("pareto_set_size", FormattableString.Invariant($"{written} is more than the {count} seeds that there are"));
        }
        else if (written == count)
        {
            Warn(archive, "pareto_set_size", "it takes all seeds, so that candidates are compared on the seeds that they learn from");
        }

        return written;
    }

    private static (IReadOnlyList<long>? Seeds, string Name) Either(ConfigTable evaluation, string name, string other)
    {
        if (evaluation.Has(name) && evaluation.Has(other))
        {
            evaluation.Wrong(other, $"it means the same as {name}: keep one of them");
        }

        var (first, second) = (SeedListReader.Read(evaluation, name), SeedListReader.Read(evaluation, other));
        return (first ?? second, first is null && second is not null ? other : name);
    }

    // A key of the minimal form stands under [prompt_learning] or under its gepa.
    private ConfigTable Short(string key)
    {
        if (main.Has(key) && gepa.Has(key))
        {
            gepa.Wrong(key, $"it is given as prompt_learning.{key}, too: keep one of them");
        }

        _ = gepa.Ask(key);
        return main.Has(key) ? main : gepa;
    }

    private int? Both(ConfigTable population, string key)
    {
        var minimal = Short(key).Count(key, 1);
        if (minimal is not null && population.Has(key))
        {
            population.Wrong(key, "it is given in the minimal form, too: keep one of them");
        }

        return population.Count(key, 1) ?? minimal;
    }

    private void Warn(ConfigTable table, string key, string what) => warnings.Add(new ConfigProblem(table.PlaceOf(key), $"{key}: {what}"));
}
