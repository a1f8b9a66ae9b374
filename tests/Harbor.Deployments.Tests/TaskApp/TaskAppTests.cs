using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Harbor.Deployments.Tests.Server;
using Harbor.Deployments.Wire;

namespace Harbor.Deployments.Tests.TaskApp;

/// <summary>The routes of a task app: part 12 of the contract, over HTTP.</summary>
[Collection("Environment")]
public sealed class TaskAppTests : TaskAppTest
{
    [Fact]
    public async Task Info_tells_service_dataset_rubrics_and_limits()
    {
        var info = JsonNode.Parse(await TextAsync(await ServeAsync(Config()) + "/info"))!;

        Assert.Equal(["service", "dataset", "rubrics", "inference", "limits"], info.AsObject().Select(pair => pair.Key));
        Assert.Equal(("bench", "1.0", "set", 3), (
            (string)info["service"]!["task"]!["id"]!, (string)info["service"]!["version"]!, (string)info["dataset"]!["id"]!,
            (int)info["limits"]!["max_turns"]!));
    }

    [Theory]
    [InlineData("", """{"taskset":{"id":"bench","size":24}}""")]
    [InlineData("?seed=3", "3")]
    [InlineData("?seeds=3", "3")]
    [InlineData("?seed=3&seed=1", "3,1")]
    [InlineData("?seeds=2,4", "2,4")]
    [InlineData("?seed=1&seeds=7&seeds=8", "1,7,8")]
    public async Task Task_info_answers_by_the_number_of_seeds(string query, string expected)
    {
        var answer = JsonNode.Parse(await TextAsync(await ServeAsync(Config()) + "/task_info" + query))!;

        Assert.Equal(expected, answer switch
        {
            JsonArray several => string.Join(',', several.Select(info => info!["task_metadata"]!["seed"]!.ToJsonString())),
            _ when answer["taskset"] is not null => answer.ToJsonString(),
            _ => answer["task_metadata"]!["seed"]!.ToJsonString(),
        });
        Assert.Equal(expected.Contains(',') && !expected.StartsWith('{'), answer is JsonArray);
    }

    [Theory]
    [InlineData("?seed=x")]
    [InlineData("?seeds=")]
    [InlineData("?seed=99999999999999999999")]
    public async Task A_seed_that_is_no_number_is_refused(string query) => Assert.Equal(
        HttpStatusCode.UnprocessableEntity, (await GetAsync(await ServeAsync(Config()) + "/task_info" + query)).StatusCode);

    [Fact]
    public async Task A_rollout_answers_with_its_reward_and_the_callers_id()
    {
        var answer = await RolloutAsync(await ServeAsync(Config()), """{"trace_correlation_id": "t", "env": {"seed": 7}}""");

        Assert.Equal(("t", 0.7), ((string)answer["trace_correlation_id"]!, (double)answer["reward_info"]!["outcome_reward"]!));
        Assert.Null(answer["reward_info"]!["details"]!["scored"]);
    }

    [Fact]
    public async Task A_missing_reward_is_a_number_for_others_and_null_for_our_client()
    {
        var url = await ServeAsync(Config((_, _) => Task.FromResult(new RolloutResponse { Error = "none" })));
        var answer = await RolloutAsync(url, """{"trace_correlation_id": "t"}""");
        var client = TaskApps.CreateTaskAppClient(url, "secret-key");

        Assert.Equal(0.0, (double)answer["reward_info"]!["outcome_reward"]!);
        Assert.False((bool)answer["reward_info"]!["details"]!["scored"]!);
        Assert.Null((await client.RolloutAsync(new() { TraceCorrelationId = "t" })).RewardInfo!.OutcomeReward);
    }

    [Theory]
    [InlineData("{", 400)]
    [InlineData("[]", 400)]
    [InlineData("{}", 422)]
    [InlineData("""{"trace_correlation_id": ""}""", 422)]
    public async Task A_body_that_is_wrong_is_refused_with_a_sentence(string body, int status)
    {
        var response = await PostAsync(await ServeAsync(Config()) + "/rollout", body);
        var answer = JsonSerializer.Deserialize(await response.Content.ReadAsStringAsync(), HarborJson.Default.HarborErrorAnswer)!;

        Assert.Equal((status, true), ((int)response.StatusCode, answer.Detail.Length > 10));
    }

    [Fact]
    public async Task What_a_rollout_throws_is_an_answer_and_the_server_goes_on()
    {
        var url = await ServeAsync(Config((request, _) => request.Env!.Seed switch
        {
            0 => throw new HarborExecutionException("the engine went away", "engine_lost"),
            1 => throw new InvalidOperationException("a bug"),
            2 => Task.FromResult(new RolloutResponse { RewardInfo = new() { OutcomeReward = double.NaN } }),
            _ => Task.FromResult(new RolloutResponse { RewardInfo = new() { OutcomeReward = 1 } }),
        }));

        Assert.Equal((503, "engine_lost"), await AnswerAsync(0));
        Assert.Equal((500, "internal"), await AnswerAsync(1));
        Assert.Equal((500, "invalid_result"), await AnswerAsync(2));
        Assert.Equal(1, (double)(await RolloutAsync(url, Body(3)))["reward_info"]!["outcome_reward"]!);

        async Task<(int, string?)> AnswerAsync(int seed)
        {
            var response = await PostAsync(url + "/rollout", Body(seed));
            return ((int)response.StatusCode, (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["code"]);
        }

        static string Body(int seed) => $$$"""{"trace_correlation_id": "t", "env": {"seed": {{{seed}}}}}""";
    }

    [Fact]
    public async Task Done_is_answered_and_debug_and_proxy_routes_are_off()
    {
        var url = await ServeAsync(Config());

        Assert.Equal("""{"ok":true,"service":"bench"}""", await (await PostAsync(url + "/done", "")).Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(url + "/debug/env")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(url + "/proxy/v1/chat/completions", "{}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(url + "/proxy/groq/v1/chat/completions", "{}")).StatusCode);
    }

    [Fact]
    public async Task Pages_of_the_given_origins_may_call()
    {
        var url = await ServeAsync(new LocalApiConfig
        {
            AppId = "a",
            CorsOrigins = ["https://page.example"],
            Rollout = Config().Rollout,
            ProvideTaskInstances = Config().ProvideTaskInstances,
        });
        var request = new HttpRequestMessage(HttpMethod.Options, url + "/rollout");
        request.Headers.Add("Origin", "https://page.example");
        request.Headers.Add("Access-Control-Request-Method", "POST");

        Assert.Equal(["https://page.example"], (await Http.SendAsync(request)).Headers.GetValues("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task The_config_knows_its_address_while_it_is_served_and_hooks_run()
    {
        var hooks = new List<string>();
        var config = new LocalApiConfig
        {
            AppId = "a",
            Rollout = Config().Rollout,
            ProvideTaskInstances = Config().ProvideTaskInstances,
            StartupHooks = [Hook("up 1"), Hook("up 2")],
            ShutdownHooks = [Hook("down 1"), Hook("down 2")],
        };
        var early = Assert.Throws<InvalidOperationException>(config.GetTaskAppUrl);
        Assert.StartsWith("The task app 'a' has no address yet", early.Message, StringComparison.Ordinal);

        var url = await ServeAsync(config);
        Assert.Equal(url, config.GetTaskAppUrl());
        await Apps[0].StopAsync();

        Assert.Throws<InvalidOperationException>(config.GetTaskAppUrl);
        Assert.Equal(["up 1", "up 2", "down 1", "down 2"], hooks);

        Func<CancellationToken, Task> Hook(string name) => _ =>
        {
            hooks.Add(name);
            return Task.CompletedTask;
        };
    }

    [Fact]
    public async Task With_harbor_a_rollout_runs_in_the_deployment_and_the_tasks_are_its_instances()
    {
        await using var server = await ContractServer.StartAsync();
        var id = server.Add("d");
        await new HarborInstances(server.Connection).CreateAsync(id, 2);
        var config = new LocalApiConfig
        {
            AppId = "a",
            ExecutionBackend = "harbor",
            Harbor = server.Ref("d"),
            Rollout = (_, _) => throw new InvalidOperationException("not here"),
        };
        var url = await ServeAsync(config);

        Assert.Equal($"{server.Url}/api/harbor/deployments/d", config.GetTaskAppUrl());
        var answer = await RolloutAsync(url, """{"trace_correlation_id": "t", "env": {"seed": 4}}""");
        Assert.Equal(0.4, (double)answer["reward_info"]!["outcome_reward"]!);
        Assert.Equal("instance-1", (string)JsonNode.Parse(await TextAsync(url + "/task_info?seed=1"))!["task_metadata"]!["instance_id"]!);
        Assert.Equal("d", (string)JsonNode.Parse(await TextAsync(url + "/task_info"))!["taskset"]!["task_name"]!);
        Assert.Single(server.Rollouts);
    }

    [Fact]
    public async Task A_client_of_the_config_and_one_of_its_server_say_the_same()
    {
        var config = Config();
        var near = TaskApps.CreateTaskAppClient(config);
        var far = TaskApps.CreateTaskAppClient(await ServeAsync(config), "secret-key");
        foreach (var client in (ITaskAppClient[])[near, far])
        {
            Assert.True((await client.HealthAsync()).Healthy);
            Assert.Equal("bench", (await client.InfoAsync()).Service.Task.Id);
            Assert.Equal(24, (int)(await client.TasksetAsync())["size"]!);
            Assert.Equal(["task-5"], (await client.TaskInfoAsync([5])).Select(info => info.Task.Id));
            Assert.Equal(["task-5", "task-6"], (await client.TaskInfoAsync([5, 6])).Select(info => info.Task.Id));
            Assert.Equal(0.3, (await client.RolloutAsync(new() { TraceCorrelationId = "t", Env = new() { Seed = 3 } })).RewardOrNull());
        }
    }

    [Fact]
    public void A_config_that_can_not_work_is_refused_with_all_errors() => Assert.Equal(
        ["app_id", "execution_backend", "rollout", "provide_task_instances", "harbor"],
        Assert.Throws<HarborSpecException>(() => LocalApi.CreateLocalApi(new() { AppId = "", ExecutionBackend = "cloud" })).Errors
            .Concat(Assert.Throws<HarborSpecException>(
                () => TaskApps.CreateTaskAppClient(new LocalApiConfig { AppId = "a", ExecutionBackend = "harbor" })).Errors)
            .Select(error => error.Loc));
}
