using System.Text.Json.Nodes;
using Harbor.Server.Database;
using Harbor.Server.Sandboxes;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Tests.Commands;

/// <summary>From a build spec to scores, by the commands alone.</summary>
[Trait("Category", "Engine")]
public sealed class ClientCommandTests(TestServers servers)
{
    [Fact]
    public async Task A_spec_is_uploaded_built_run_and_scored()
    {
        using var user = await HarborUser.OfAsync(servers.SqliteWorker);
        var spec = user.WriteSpec("typed");

        var uploaded = JsonNode.Parse(await user.ExpectAsync(0, "deployments", "upload", "--spec", spec, "--wait", "--json"))!;
        Assert.Equal("ready", uploaded.Text("status"));
        Assert.Contains("typed  ready", await user.ExpectAsync(0, "deployments", "list"), StringComparison.Ordinal);
        Assert.Contains("Step 1/", await user.ExpectAsync(0, "deployments", "logs", "typed"), StringComparison.Ordinal);
        var instances = await user.ExpectAsync(0, "instances", "create", "typed", "--count", "2");
        Assert.StartsWith("2 instances: 2 ready", instances, StringComparison.Ordinal);

        var run = JsonNode.Parse(await user.ExpectAsync(1, "rollout", "run", "typed", "--seeds", "3", "--json"))!["rollouts"]!.AsArray();
        Assert.Equal([1.0, 0.0, null], run.Select(row => (double?)row!["reward"]));
        var id = run[0]!.Text("rollout_id");
        Assert.Contains("reward 1.0000", await user.ExpectAsync(0, "rollout", "show", id), StringComparison.Ordinal);
        Assert.Equal("seed 0", (await user.ExpectAsync(0, "rollout", "logs", id, "--stream", "stdout")).Trim());
        await user.ExpectAsync(0, "rollout", "artifacts", id, "--to", Path.Combine(user.Folder, "left"));
        Assert.Equal("left\n", await File.ReadAllTextAsync(
            Directory.GetFiles(Path.Combine(user.Folder, "left"), "left.txt", SearchOption.AllDirectories).Single()));

        var table = await user.ExpectAsync(0, "eval", "run", "--deployment-id", "typed", "--seeds", "3");
        Assert.Matches(@"(?m)^0 +1\.0000 ", table);
        Assert.Matches(@"(?m)^2 +- ", table); // Missing is not zero.
        Assert.Contains("mean reward 0.5000", table, StringComparison.Ordinal);
        Assert.Contains("only 67 % have a reward; with 0 for the others the mean is 0.3333", table, StringComparison.Ordinal);
        await user.ExpectAsync(0, "deployments", "delete", "typed");
        await user.ExpectAsync(2, "deployments", "status", "typed");
    }

    [Fact]
    public async Task Evaluate_needs_no_server_and_scores_a_spec_twice_from_one_build()
    {
        using var user = new HarborUser("http://127.0.0.1:9", key: null);
        var spec = user.WriteSpec("alone");
        var data = $"{user.Folder}.data"; // Not in the context.
        await File.WriteAllTextAsync(
            Path.Combine(Directory.CreateDirectory(data).FullName, "settings.json"), """{"Sandbox":{"FreeDiskGb":1,"Disk":"watched"}}""",
            TestContext.Current.CancellationToken);
        string[] words = ["evaluate", "--spec", spec, "--seeds", "2", "--data", data];

        var first = await user.ExpectAsync(0, words);
        await using var second = await user.EndedAsync([.. words, "--json"]);

        Assert.Contains("mean reward 0.5000", first, StringComparison.Ordinal);
        Assert.Equal(0.5, JsonNode.Parse(second.StandardOutput)!["summary"]!["mean_reward"]!.GetValue<double>());
        Assert.DoesNotContain("Step 1/", second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("hk_", second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("evaluate", await user.ExpectAsync(0, "keys", "list", "--data", data), StringComparison.Ordinal);
        await using var db = new Databases(DatabaseUrl.File(data)).Open();
        var installation = await db.Settings.SingleAsync(row => row.Name == Setting.ServerId, TestContext.Current.CancellationToken);
        using var engine = new SandboxEngine(new SandboxSettings());
        Assert.Empty(await engine.OwnAsync(Guid.Parse(installation.Value), TestContext.Current.CancellationToken));
    }
}

/// <summary>What needs no engine: wrong input, and what is packed.</summary>
public sealed class ClientInputTests(TestServers servers)
{
    [Fact]
    public async Task Everything_wrong_with_a_spec_is_said_at_once_and_nothing_is_sent()
    {
        using var user = await HarborUser.OfAsync(servers.Sqlite);
        var spec = user.WriteSpec("wrong", "colour: red\nport: eighty\nenv_vars: {A: [1]}");

        await using var child = await user.EndedAsync("deployments", "upload", "--spec", spec, "--cpu-cores", "99");

        Assert.Equal(2, await child.EndedAsync(TestContext.Current.CancellationToken));
        Assert.Matches(@"harbor\.build\.yaml:8:1: Unknown key 'colour' in the build spec\.", child.Output);
        Assert.Matches(@"harbor\.build\.yaml:9:7: 'port' is the text 'eighty': expected a whole number", child.Output);
        Assert.Matches(@"harbor\.build\.yaml:10:15: 'A' is a list", child.Output);
        Assert.DoesNotContain("wrong", await user.ExpectAsync(0, "deployments", "list"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deployments status nope", "deployment 'nope' not found")]
    [InlineData("rollout run nope --seed x", "--seed': expected a number")]
    [InlineData("eval run --seeds 2", "task_app_url (or local_api_url) is required")]
    [InlineData("evaluate --seeds -3", "--seeds must be at least 1 (got -3).")]
    [InlineData("rollout run nope --seeds 0", "--seeds must be at least 1 (got 0).")]
    [InlineData("deployments upload --name a --dockerfile-path \u001b[2J", "Dockerfile not found: \\u001b[2J")]
    [InlineData("eval run --config none.toml", "There is no none.toml")]
    [InlineData("deployments upload --name a --context-dir /nowhere", "Context directory not found: /nowhere")]
    [InlineData("deployments upload --spec none.yaml", "can't be read")]
    public async Task Wrong_words_end_with_2_and_a_sentence(string line, string expected)
    {
        using var user = await HarborUser.OfAsync(servers.Sqlite);

        await using var child = await user.EndedAsync(line.Split(' '));

        Assert.Equal(2, await child.EndedAsync(TestContext.Current.CancellationToken));
        Assert.Contains(expected, child.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", child.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_key_or_a_server_the_next_step_is_said()
    {
        using var nobody = new HarborUser("http://127.0.0.1:9", key: null);
        await using var keyless = await nobody.EndedAsync("deployments", "list");
        using var alone = new HarborUser("http://127.0.0.1:9", "hk_x");
        await using var unreached = await alone.EndedAsync("deployments", "list");

        Assert.Contains("./harbor keys create --name NAME", keyless.Output, StringComparison.Ordinal);
        Assert.Equal(2, await keyless.EndedAsync(TestContext.Current.CancellationToken));
        Assert.Contains("'./harbor server' starts one here", unreached.Output, StringComparison.Ordinal);
        Assert.Equal(1, await unreached.EndedAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Evaluate_without_an_engine_begins_nothing_and_says_how_to_get_one()
    {
        using var user = new HarborUser("http://127.0.0.1:9", key: null);
        user.Environment["DOCKER_HOST"] = "unix:///nowhere/docker.sock";
        var spec = user.WriteSpec("engineless");

        await using var child = await user.EndedAsync("evaluate", "--spec", spec, "--data", $"{user.Folder}.data");

        Assert.Equal(1, await child.EndedAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith("No container engine answers: ", child.Output, StringComparison.Ordinal);
        Assert.Contains("./build.sh --target=Setup --setup", child.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_lists_what_would_be_packed_and_explains_why()
    {
        using var user = await HarborUser.OfAsync(servers.Sqlite);
        var spec = user.WriteSpec("packed");
        await File.WriteAllTextAsync(Path.Combine(user.Folder, ".env"), "A=1", TestContext.Current.CancellationToken);

        var plan = JsonNode.Parse(await user.ExpectAsync(0, "deployments", "upload", "--spec", spec, "--dry-run", "--json"))!;

        Assert.Equal(["Dockerfile", "harbor.build.yaml"], plan["files"]!.AsArray().Select(file => file!.Text("path")));
        Assert.Equal(".env", plan["excluded"]!.AsArray().Single()!.Text("path"));
        Assert.StartsWith(".env: not packed, by ",
            await user.ExpectAsync(0, "deployments", "upload", "--spec", spec, "--explain", ".env"), StringComparison.Ordinal);
    }
}
