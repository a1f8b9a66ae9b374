using Harbor.Tests;

namespace Harbor.Deployments.Tests.Evaluations;

public sealed class EvalTomlTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_key_is_read()
    {
        var config = Read("""
            [eval]
            url = "http://task.example"
            task_app_api_key = "k"
            app_id = "a"
            env_name = "e"
            seeds = [3, {start = 10, end = 16, step = 2}]
            concurrency = 2
            timeout = 90
            attempts = 4
            success_threshold = 0.5
            max_infra_retries = 0
            retain = "snapshot"
            budget = {max_calls = 10, max_cost_usd = 1.5}

            [eval.policy_config]
            model = "gpt-4o-mini"
            temperature = 0

            [eval.env_config]
            deep.er = [1, "x", true]
            """);

        Assert.Equal(("http://task.example", "k", "a", "e"), (config.TaskAppUrl, config.TaskAppApiKey, config.AppId, config.EnvName));
        Assert.Equal([3, 10, 12, 14], config.Seeds);
        Assert.Equal((2, 90.0, 4, 0.5, 0, "snapshot"), (
            config.Concurrency, config.Timeout, config.Attempts, config.SuccessThreshold, config.MaxInfraRetries, config.Retain));
        Assert.Equal((10, null, 1.5), (config.Budget!.MaxCalls, config.Budget.MaxTokens, config.Budget.MaxCostUsd));
        Assert.Equal("""{"model":"gpt-4o-mini","temperature":0}""", config.PolicyConfig.ToJsonString());
        Assert.Equal("""{"deep":{"er":[1,"x",true]}}""", config.EnvConfig.ToJsonString());
    }

    [Fact]
    public void The_defaults_are_those_of_the_contract()
    {
        var config = Read("[eval]\nseeds = {start = 0, end = 3}");

        Assert.Equal([0, 1, 2], config.Seeds);
        Assert.Equal(("default", 5, 600.0, 1, 1.0, 2), (
            config.EnvName, config.Concurrency, config.Timeout, config.Attempts, config.SuccessThreshold, config.MaxInfraRetries));
        Assert.Null(config.Budget);
    }

    [Theory]
    [InlineData("task_app_url")]
    [InlineData("url")]
    [InlineData("local_api_url")]
    [InlineData("container_url")]
    public void The_names_of_other_generations_are_read(string key) =>
        Assert.Equal("http://x", Read($"[eval]\n{key} = 'http://x'").TaskAppUrl);

    [Fact]
    public void A_file_of_the_optimiser_gives_its_evaluation()
    {
        var config = Read("""
            [prompt_learning]
            algorithm = "gepa"
            task_app_id = "a"
            task_app_url = "http://x"

            [prompt_learning.gepa]
            env_name = "e"
            rollout_budget = 50

            [prompt_learning.gepa.policy]
            model = "m"

            [prompt_learning.gepa.evaluation]
            seeds = {start = 5, end = 7}

            [prompt_learning.verifier]
            enabled = true
            """);

        Assert.Equal(("a", "http://x", "e", "m"), (config.AppId, config.TaskAppUrl, config.EnvName, (string)config.PolicyConfig["model"]!));
        Assert.Equal([5, 6], config.Seeds);
        Assert.True((bool)config.VerifierConfig!["enabled"]!);
    }

    [Fact]
    public void Every_unknown_key_and_wrong_value_is_reported_with_its_line()
    {
        var errors = Errors("""
            title = "x"
            [eval]
            seedz = [1]
            timeout = "long"
            concurrency = 1.5
            app_id = 3
            policy_config = []
            seeds = [1, "a"]
            budget = {max_usd = 1}

            [other]
            """);

        Assert.Equal(
        [
            "eval.toml:1: unknown key 'title'; only [eval] is read", "eval.toml:11: unknown key 'other'; only [eval] is read",
            "eval.toml:3: unknown key 'seedz' in [eval]; known are", "eval.toml:9: unknown key 'max_usd' in [eval.budget]; known are",
            "eval.toml:6: 'eval.app_id' must be text", "eval.toml:8: seeds must be whole numbers",
            "eval.toml:7: 'eval.policy_config' must be a table", "eval.toml:5: 'eval.concurrency' must be a whole number",
            "eval.toml:4: 'eval.timeout' must be a number",
        ], errors.Select(error => error.Split("known are ")[0].TrimEnd() + (error.Contains("known are ") ? " known are" : "")));
    }

    [Theory]
    [InlineData("[eval]\nseeds = [1\n", "eval.toml:3: ")]
    [InlineData("[eval]\nseeds = 1\nseeds = 2\n", "eval.toml:3: ")]
    [InlineData("x = ", "eval.toml:1: ")]
    [InlineData("", "eval.toml:1: there is no [eval] table, and no [prompt_learning] either")]
    [InlineData("[eval]\nseeds = {start = 0, end = 1000000}", "eval.toml:2: seeds: at most 100000 are allowed")]
    [InlineData("[eval]\nseeds = {start = 0}", "eval.toml:2: seeds: 'end' is missing")]
    [InlineData("[eval]\nseeds = {start = 0, end = 2, step = 0}", "eval.toml:2: the step of seeds must not be 0")]
    [InlineData("[eval]\nseeds = {from = 0, end = 2}", "eval.toml:2: seeds: unknown key 'from'; known are start, end, step")]
    public void What_is_no_configuration_is_an_error_with_its_line(string text, string error) =>
        Assert.StartsWith(error, Errors(text)[0], StringComparison.Ordinal);

    private EvalJobConfig Read(string text) => EvalJobConfig.FromToml(_folder.Write("eval.toml", text));

    private static string[] Errors(string text) => [.. Assert.Throws<HarborSpecException>(() => EvalToml.Read("eval.toml", text)).Errors
        .Select(error => error.Msg)];
}
