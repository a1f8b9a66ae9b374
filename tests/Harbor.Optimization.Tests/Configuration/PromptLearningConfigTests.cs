using System.Text.Json;
using Harbor.Optimization.Engine;
using Harbor.Optimization.Selection;
using Harbor.Optimization.Stopping;

namespace Harbor.Optimization.Configuration;

public sealed class PromptLearningConfigTests
{
    private const string Least = """
        [prompt_learning]
        task_app_url = "http://127.0.0.1:8001"
        [[prompt_learning.initial_prompt.messages]]
        role = "system"
        pattern = "Do {task_description}."
        [prompt_learning.gepa]
        rollout.budget = 200
        evaluation.seeds = { start = 0, end = 10 }
        """;

    [Fact]
    public void The_least_that_is_needed_has_the_documented_defaults()
    {
        var config = PromptLearningConfig.FromToml(Least);

        Assert.Empty(config.Missing());
        Assert.Equal([KeyValuePair.Create("0.system", "Do {task_description}.")], config.SeedCandidate.Texts);
        Assert.Equal((200, 20, 8), (config.RolloutBudget, config.MaxConcurrent, config.MinibatchSize));
        Assert.Equal([0, 1, 2, 3, 4], config.Seeds.Pareto);
        Assert.Equal([5, 6, 7, 8, 9], config.Seeds.Train);
        Assert.Equal((0.0, 512), (config.Policy.Temperature, config.Policy.MaxCompletionTokens));

        var options = config.ToOptions(TimeProvider.System);
        Assert.Equal(ProposalSampling.Independent(5), options.Sampling);
        Assert.Equal(ProposalSampling.SameParent(19), options.FirstSampling);
        Assert.Equal((true, 0.5, 1e-6), (options.UseMerge, options.MergeRate, options.TieWithin));
        Assert.Equal(["proposals: 10", "no improvement in 3 iterations"], options.StopConditions.Select(condition => condition.Name));
        options.Validate();
    }

    [Fact]
    public void Every_key_arrives()
    {
        var config = PromptLearningConfig.FromToml("""
            [prompt_learning]
            algorithm = "gepa"
            task_app_id = "app"
            env_name = "crafter"
            env_config = { level = 3, tags = ["a"] }
            verifier.enabled = true
            [prompt_learning.policy]
            model = "m"
            provider = "p"
            inference_mode = "synth_hosted"
            temperature = 0.7
            max_completion_tokens = 99
            policy_name = "n"
            config = { x = 1.5 }
            [prompt_learning.policy.context_override]
            system_prompt = "sys {task_description}"
            architecture_guide = ""
            hooks_documentation = "hooks"
            [prompt_learning.initial_prompt]
            id = "i"
            name = "j"
            wildcards = { task_description = "REQUIRED", hint = "OPTIONAL" }
            messages = [{ role = "user", pattern = "{task_description}", order = 1 }, { role = "system", pattern = "s", order = 0 }]
            [prompt_learning.gepa]
            rng_seed = 7
            proposer_type = "dspy"
            proposer_effort = "HIGH"
            proposer_output_tokens = "SLOW"
            rollout = { budget = 300, max_concurrent = 5, minibatch_size = 4 }
            evaluation = { train_seeds = [3, 1, 2], val_seeds = [10, 11], validation_top_k = 2, validation_pool = "dev", test_pool = [1] }
            archive = { pareto_set_size = 2, feedback_fraction = 0.9, pareto_eps = 0.01, size = 12 }
            population = { initial_size = 4, num_generations = 6, children_per_generation = 2, crossover_rate = 0.0 }
            mutation.prompt = "old <curr_param> seen <side_info>"
            proposer = { model = "big", provider = "openai", base_url = "http://x" }
            token = { max_limit = 100, counting_model = "c", enforce_pattern_limit = false, max_spend_usd = 2.5 }
            [prompt_learning.gepa.search]
            mode = "native"
            selector = "epsilon_greedy"
            epsilon = 0.2
            frontier = "hybrid"
            modules = "all"
            sampling = "p2n3"
            selection = "top2"
            acceptance = "improvement_or_equal"
            merge = true
            max_merge_invocations = 9
            cache = true
            perfect_score = 0.9
            max_seconds = 60.0
            score_threshold = 0.95
            retries = 4
            """);
        var options = config.ToOptions(TimeProvider.System);

        Assert.Equal(["system_prompt", "hooks_documentation"], config.SeedCandidate.Texts.Select(text => text.Key));
        Assert.Equal(["0.system", "1.user"], config.InitialPrompt!.Messages.Select(message => message.Component));
        Assert.Equal([3, 1], config.Seeds.Pareto);
        Assert.Equal([2], config.Seeds.Train);
        Assert.Equal(["10", "11"], options.HoldOut!.Examples.Select(example => example.Name));
        Assert.Equal(("big", "HIGH", 8000), (config.Proposer.Model, config.Proposer.Effort, config.Proposer.MaxOutputTokens));
        Assert.Equal(7, options.Seed);
        Assert.Equal(new EpsilonGreedySelector(0.2), options.Selector);
        Assert.Equal((Frontier.Hybrid, ComponentSelection.All), (options.Frontier, options.Components));
        Assert.Equal((ProposalSampling.PxN(2, 3), ProposalSelection.TopK(2), null),
            (options.Sampling, options.Selection, options.FirstSampling));
        Assert.Equal((true, null, 9, true), (options.UseMerge, options.MergeRate, options.MaxMergeInvocations, options.CacheEvaluations));
        Assert.Equal((0.9, 0.01, 300), (options.PerfectScore, options.TieWithin, options.MaxMetricCalls));
        Assert.Equal(
            ["candidates: 12", "score of 0.95", "spend: $2.5", "time: 60 s"], options.StopConditions.Select(condition => condition.Name));
        Assert.Equal(["{task_description}"], options.TextRules.Wildcards["system_prompt"]);
        Assert.Equal("old a seen ", options.Template.Render("a", []));
        Assert.Equal(5, config.ToRolloutOptions("r").Attempts);
        Assert.Equal(3, Assert.IsType<SideInfo.Whole>(Assert.IsType<SideInfo.Map>(config.EnvConfig).Entries[0].Value).Value);
    }

    [Fact]
    public void All_errors_are_told_at_once_with_their_places_and_the_nearest_name()
    {
        var error = Assert.Throws<ConfigException>(() => PromptLearningConfig.FromToml("""
            [prompt_learning]
            algorithm = "mipro"
            task_app_url = "u"
            task_app_id = "i"
            rollout_budget = 100
            [[prompt_learning.initial_prompt.messages]]
            role = "system"
            patern = "p"
            [prompt_learning.initial_prompt.wildcards]
            task = "MAYBE"
            [prompt_learning.gepa.rollout]
            budget = "many"
            minibatch_size = 0
            [prompt_learning.gepa.evaluation]
            seeds = [1, 2, 1, -4, 0.5]
            [prompt_learning.gepa.mutation]
            llm_model = "m"
            prompt = "no placeholders <curr_param>"
            [prompt_learning.gepa.search]
            selector = "paretto"
            sampling = "same"
            epsilon = 0.5
            """, "job.toml"));

        Assert.Equal(
            """
            job.toml:2:1: prompt_learning.algorithm: 'mipro' is not offered: Harbor optimises with 'gepa' alone
            job.toml:3:1: prompt_learning.task_app_url: task_app_url and task_app_id are given, but rollouts run in one place: keep one
            job.toml:5:1: prompt_learning.rollout_budget is not known; it is written as gepa.rollout.budget
            job.toml:6:34: prompt_learning.initial_prompt.messages[0].pattern: it is missing; a text is expected
            job.toml:8:1: prompt_learning.initial_prompt.messages[0].patern is not known; did you mean 'pattern'?
            job.toml:10:8: prompt_learning.initial_prompt.wildcards.task: REQUIRED or OPTIONAL is expected, not the text "MAYBE"
            job.toml:12:10: prompt_learning.gepa.rollout.budget: a whole number is expected, not the text "many"
            job.toml:13:1: prompt_learning.gepa.rollout.minibatch_size: 0 is not from 1 to 2147483647
            job.toml:15:16: prompt_learning.gepa.evaluation.seeds: seed 1 is given twice
            job.toml:15:19: prompt_learning.gepa.evaluation.seeds: a seed is a whole number of at least 0, not the number -4
            job.toml:15:23: prompt_learning.gepa.evaluation.seeds: a seed is a whole number of at least 0, not the number 0.5
            job.toml:17:1: prompt_learning.gepa.mutation.llm_model is not known; it is written as gepa.proposer.model
            job.toml:18:1: prompt_learning.gepa.mutation.prompt: the template lacks <side_info>
            job.toml:20:1: prompt_learning.gepa.search.selector: 'paretto' is not known; did you mean 'pareto'?
            job.toml:21:1: prompt_learning.gepa.search.sampling: 'same' is not known; there are single, same3, indep3, p2n2
            job.toml:22:1: prompt_learning.gepa.search.epsilon: it needs selector = "epsilon_greedy"
            """,
            error.Message);
    }

    [Fact]
    public void Errors_of_syntax_have_their_places_too()
    {
        var error = Assert.Throws<ConfigException>(() => PromptLearningConfig.FromToml("[prompt_learning\nx = \n", "job.toml"));

        Assert.StartsWith("job.toml:1:", error.Message, StringComparison.Ordinal);
        Assert.True(error.Problems.Count >= 2);
    }

    [Theory]
    [InlineData("archive.pareto_set_size = 11",
        "job.toml:9:9: prompt_learning.gepa.archive.pareto_set_size: 11 is more than the 10 seeds that there are")]
    [InlineData("rng_sed = 1", "prompt_learning.gepa.rng_sed is not known; did you mean 'rng_seed'?")]
    [InlineData("evaluation.train_seeds = [1]", "train_seeds: it means the same as seeds: keep one of them")]
    [InlineData("total_seeds = 5", "seeds: total_seeds is given, too")]
    [InlineData("token.max_limit = 2", "the initial text of '0.system' is over the limit")]
    [InlineData("evaluation.validation_seeds = { start = 5, end = 5 }", "there are no seeds")]
    [InlineData("evaluation.validation_top_k = 3", "it needs validation_seeds")]
    [InlineData("evaluation.validation_seeds = { start = 0, end = 99 }",
        "the budget of 200 does not suffice: the first evaluation takes 5, the validation_seeds 297")]
    [InlineData("policy.model = \"m\"\nmodules = [{ module_id = \"a\" }]", "modules[0].instruction: it is missing")]
    public void A_wrong_value_is_refused(string line, string expected)
    {
        var error = Assert.Throws<ConfigException>(() => PromptLearningConfig.FromToml($"{Least}\n{line}\n", "job.toml"));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_of_another_name_is_refused() =>
        Assert.Contains("The table [prompt_learning] is missing", Assert.Throws<ConfigException>(() =>
            PromptLearningConfig.FromToml("[prompt_learnin]\nalgorithm = 'gepa'")).Message, StringComparison.Ordinal);

    [Fact]
    public void What_is_odd_is_a_warning()
    {
        var config = PromptLearningConfig.FromToml(Least.Replace("200", "40", StringComparison.Ordinal)
            + "\narchive.pareto_set_size = 10\nmutation.rate = 0.3\npopulation.selection_pressure = 1.0\n", "job.toml");

        Assert.True(config.Seeds.IsShared);
        Assert.True(config.ToOptions(TimeProvider.System).SharesLoader);
        Assert.Equal(4, config.Warnings.Count);
        Assert.Contains(config.Warnings, warning => warning.ToString()
            .StartsWith("job.toml:9:9: pareto_set_size", StringComparison.Ordinal));
        Assert.Contains(config.Warnings, warning => warning.Message.StartsWith("The budget buys", StringComparison.Ordinal));
    }

    [Fact]
    public void The_minimal_form_splits_the_seeds_and_needs_no_budget()
    {
        var config = PromptLearningConfig.FromToml("""
            [prompt_learning]
            total_seeds = 10
            proposer_effort = "LOW"
            proposer_output_tokens = "RAPID"
            num_generations = 4
            children_per_generation = 3
            max_cost_usd = 1.5
            initial_prompt.messages = [{ role = "system", pattern = "p" }]
            """);
        var options = config.ToOptions(TimeProvider.System);

        Assert.Equal(7, options.TrainSet.Count);
        Assert.Equal(["7", "8", "9"], options.ValidationSet.Select(example => example.Name));
        Assert.Equal((2000, 1.5m), (config.Proposer.MaxOutputTokens, config.Token.MaxSpendUsd));
        Assert.Null(options.MaxMetricCalls);
        Assert.Contains(options.StopConditions, condition => condition is MaxProposals { Most: 4 });
        Assert.Equal("Nothing says where rollouts run: set task_app_url, task_app_id, harbor.deployment_id, harbor.deployment_name or "
            + "TaskAppConfig.", Assert.Single(config.Missing()));
        Assert.Empty((config with { TaskAppConfig = new Deployments.LocalApiConfig { AppId = "app" } }).Missing());
    }

    [Fact]
    public void A_mapping_gives_what_the_file_gives()
    {
        var message = new Dictionary<string, object?> { ["role"] = "system", ["pattern"] = "p" };
        var mapping = new Dictionary<string, object?>
        {
            ["prompt_learning"] = new Dictionary<string, object?>
            {
                ["initial_prompt"] = new Dictionary<string, object?> { ["messages"] = new List<object?> { message } },
                ["gepa"] = new Dictionary<string, object?>
                {
                    ["rollout"] = new Dictionary<string, object?> { ["budget"] = 90 },
                    ["evaluation"] = new Dictionary<string, object?> { ["seeds"] = new[] { 1, 2, 3, 4 } },
                },
            },
        };
        var json = JsonDocument.Parse("""
            {"prompt_learning": {"initial_prompt": {"messages": [{"role": "system", "pattern": "p"}]},
             "gepa": {"rollout": {"budget": 90}, "evaluation": {"seeds": [1, 2, 3, 4]}}}}
            """).RootElement;

        foreach (var config in (PromptLearningConfig[])[PromptLearningConfig.FromMapping(mapping), PromptLearningConfig.FromMapping(json)])
        {
            Assert.Equal(90, config.RolloutBudget);
            Assert.Equal([3, 4], config.Seeds.Train);
            Assert.Equal("p", config.SeedCandidate["0.system"]);
        }

        var wrong = JsonDocument.Parse("""{"prompt_learning": {"gepa": 1}}""").RootElement;
        Assert.Contains("prompt_learning.gepa: a table is expected, not the number 1",
            Assert.Throws<ConfigException>(() => PromptLearningConfig.FromMapping(wrong)).Problems.Select(problem => problem.ToString()));
    }
}
