namespace Harbor.Optimization.Configuration;

/// <summary>Reads <c>[prompt_learning]</c>, and says all that is wrong at once.</summary>
internal static class PromptLearningReader
{
    private static readonly string[] TaskAppKeys = ["task_app_url", "task_app_id"];

    private static readonly string[] DeploymentKeys = ["deployment_id", "deployment_name"];

    private static readonly Dictionary<string, string> Moved = new()
    {
        ["rollout_budget"] = "gepa.rollout.budget",
        ["max_concurrent_rollouts"] = "gepa.rollout.max_concurrent",
        ["minibatch_size"] = "gepa.rollout.minibatch_size",
        ["evaluation_seeds"] = "gepa.evaluation.seeds",
        ["train_seeds"] = "gepa.evaluation.train_seeds",
        ["validation_seeds"] = "gepa.evaluation.validation_seeds",
        ["validation_top_k"] = "gepa.evaluation.validation_top_k",
        ["pareto_set_size"] = "gepa.archive.pareto_set_size",
        ["feedback_fraction"] = "gepa.archive.feedback_fraction",
        ["pareto_eps"] = "gepa.archive.pareto_eps",
        ["archive_size"] = "gepa.archive.size",
        ["initial_population_size"] = "gepa.population.initial_size",
        ["crossover_rate"] = "gepa.population.crossover_rate",
        ["selection_pressure"] = "gepa.population.selection_pressure",
        ["patience_generations"] = "gepa.population.patience_generations",
        ["mutation_rate"] = "gepa.mutation.rate",
        ["mutation_prompt"] = "gepa.mutation.prompt",
        ["mutation_llm_model"] = "gepa.proposer.model",
        ["mutation_llm_provider"] = "gepa.proposer.provider",
        ["llm_model"] = "gepa.proposer.model",
        ["llm_provider"] = "gepa.proposer.provider",
        ["llm_inference_url"] = "gepa.proposer.base_url",
        ["proposed_model"] = "gepa.proposer.model",
        ["max_token_limit"] = "gepa.token.max_limit",
        ["token_counting_model"] = "gepa.token.counting_model",
        ["enforce_pattern_token_limit"] = "gepa.token.enforce_pattern_limit",
        ["max_spend_usd"] = "gepa.token.max_spend_usd",
        ["deployment_id"] = "harbor.deployment_id",
        ["deployment_name"] = "harbor.deployment_name",
    };

    public static PromptLearningConfig Read(ConfigValue.Table file)
    {
        var problems = new List<ConfigProblem>();
        var warnings = new List<ConfigProblem>();
        var root = new ConfigTable(file, "", problems);
        if (!root.Has("prompt_learning"))
        {
            problems.Add(new ConfigProblem(root.Place, "The table [prompt_learning] is missing"));
        }

        var main = root.Table("prompt_learning");
        var config = ReadMain(main, warnings, problems);
        root.Finish(Moved);
        return problems.Count == 0
            ? config with { Warnings = warnings, Document = (SideInfo.Map)file.ToData() }
            : throw new ConfigException(
                [.. problems.Distinct().OrderBy(problem => problem.Place.Line).ThenBy(problem => problem.Place.Column)]);
    }

    private static PromptLearningConfig ReadMain(ConfigTable main, List<ConfigProblem> warnings, List<ConfigProblem> problems)
    {
        if (main.Text("algorithm") is { } algorithm && algorithm != "gepa")
        {
            main.Wrong("algorithm", algorithm == "mipro"
                ? "'mipro' is not offered: Harbor optimises with 'gepa' alone"
                : $"'{algorithm}' is not known; there is 'gepa'");
        }

        var harbor = main.Table("harbor");
        var gepa = main.Table("gepa");
        var policy = ReadPolicy(main, gepa);
        var prompt = InitialPromptReader.Read(main);
        var reader = new GepaReader(main, gepa, warnings);
        var rollout = reader.Rollout();
        var config = new PromptLearningConfig
        {
            TaskAppUrl = main.Text("task_app_url"),
            TaskAppId = main.Text("task_app_id"),
            DeploymentId = harbor.Text("deployment_id"),
            DeploymentName = harbor.Text("deployment_name"),
            EnvName = main.Text("env_name") ?? gepa.Text("env_name"),
            EnvConfig = main.Data("env_config"),
            Verifier = main.Data("verifier"),
            Policy = policy,
            InitialPrompt = prompt,
            SeedCandidate = InitialPromptReader.Components(main, gepa, policy, prompt),
            RngSeed = gepa.Whole("rng_seed") ?? 0,
            RolloutBudget = rollout.Budget,
            MaxConcurrent = rollout.MaxConcurrent,
            MinibatchSize = rollout.MinibatchSize,
            Seeds = reader.Seeds(),
            ParetoEps = reader.ParetoEps,
            ArchiveSize = reader.ArchiveSize,
            Population = reader.Population(),
            ReflectionTemplate = reader.Template(),
            Proposer = reader.Proposer(),
            Token = reader.Token(),
            Search = SearchReader.Read(gepa.Table("search")),
            ValidationPool = gepa.Table("evaluation").Data("validation_pool"),
            TestPool = gepa.Table("evaluation").Data("test_pool"),
        };
        _ = gepa.Text("env_name");
        CheckPlace(main, harbor);
        CheckLimits(config, gepa);
        if (problems.Count == 0)
        {
            CheckBudget(config, gepa, warnings);
        }

        return config;
    }

    private static void CheckPlace(ConfigTable main, ConfigTable harbor)
    {
        string[] given =
        [
            .. TaskAppKeys.Where(main.Has),
            .. DeploymentKeys.Where(harbor.Has).Select(name => $"harbor.{name}"),
        ];
        if (given.Length > 1)
        {
            main.Wrong(main.Has("task_app_url") ? "task_app_url" : main.Has("task_app_id") ? "task_app_id" : "harbor",
                $"{string.Join(" and ", given)} are given, but rollouts run in one place: keep one");
        }
    }

    // The initial texts are held to the limit, too, unless the file says otherwise.
    private static void CheckLimits(PromptLearningConfig config, ConfigTable gepa)
    {
        if (config.Token is not { MaxLimit: { } limit, EnforcePatternLimit: true })
        {
            return;
        }

        foreach (var (component, text) in config.SeedCandidate.Texts)
        {
            if (new TextRules(limit).Complaint(component, text) is { } complaint)
            {
                gepa.Wrong("token", $"the initial text of '{component}' is over the limit: {complaint}");
            }
        }
    }

    // What the budget buys is known before anything is spent.
    private static void CheckBudget(PromptLearningConfig config, ConfigTable gepa, List<ConfigProblem> warnings)
    {
        if (config is { Search.Mode: GepaMode.Python, Seeds.HoldOut.Count: > 0 })
        {
            gepa.Wrong("evaluation", "validation_seeds need search.mode = \"native\"");
            return;
        }

        var options = config.ToOptions(TimeProvider.System);
        if (options.MaxMetricCalls - options.HoldOutCost < options.ValidationSet.Count)
        {
            gepa.Wrong("rollout", FormattableString.Invariant(
                $"the budget of {options.MaxMetricCalls} does not suffice: the first evaluation takes {options.ValidationSet.Count}")
                + (options.HoldOutCost > 0 ? FormattableString.Invariant($", the validation_seeds {options.HoldOutCost}") : ""));
        }
        else if (BudgetEstimate.Of(options) is { IsTooSmall: true } estimate)
        {
            warnings.Add(new ConfigProblem(gepa.PlaceOf("rollout"), estimate.Message));
        }
    }

    private static PolicyConfig ReadPolicy(ConfigTable main, ConfigTable gepa)
    {
        if (main.Has("policy") && gepa.Has("policy"))
        {
            gepa.Wrong("policy", "it is given as prompt_learning.policy, too: keep one of them");
        }

        var policy = (main.Has("policy") || !gepa.Has("policy") ? main : gepa).Table("policy");
        var overrides = policy.Table("context_override");
        string[] levers = ["system_prompt", "architecture_guide", "reference_snippets", "hooks_documentation"];
        var texts = levers.ToDictionary(lever => lever, overrides.Text);
        _ = main.Ask("policy");
        _ = gepa.Ask("policy");
        return new PolicyConfig
        {
            Model = policy.Text("model"),
            Provider = policy.Text("provider"),
            InferenceMode = policy.Text("inference_mode"),
            Temperature = policy.Real("temperature", 0, 2) ?? 0,
            MaxCompletionTokens = policy.Count("max_completion_tokens", 1) ?? 512,
            PolicyName = policy.Text("policy_name"),
            Config = policy.Data("config"),
            ContextOverride =
            [
                .. overrides.Entries.Select(entry => KeyValuePair.Create(entry.Key, texts.GetValueOrDefault(entry.Key) ?? ""))
                    .Where(text => text.Value.Length > 0),
            ],
        };
    }
}
