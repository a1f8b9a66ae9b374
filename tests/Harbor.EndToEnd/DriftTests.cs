using System.Text.Json;

namespace Harbor.EndToEnd;

[Trait("Category", "Engine")]
public sealed class DriftTests
{
    [Fact]
    public async Task Each_drift_is_named_by_a_plan_mended_by_a_Deploy_with_nothing_else_touched_and_gone_for_the_next_plan()
    {
        await using var project = new PlannedProject();
        await project.ExpectAsync(0, "--target=Deploy");
        string Name(string service) => $"{project.Name}-{service}-1";
        (string What, string Action, string Words, string Service, string[][] Commands)[] drifts =
        [
            ("removed", "create", "is gone", "a", [["rm", "--force", Name("a")]]),
            ("stopped", "start", "stopped (exit code", "a", [["kill", Name("a")]]),
            ("paused", "unpause", "was paused by hand", "a", [["pause", Name("a")]]),
            ("renamed", "rename", "was renamed by hand", "b", [["rename", Name("b"), project.Name + "-odd"]]),
            ("renamed, and a stranger in its place", "remove", "is not of this stack", "b",
                [["rename", Name("b"), project.Name + "-odd"],
                ["run", "--detach", "--init", "--name", Name("b"), "debian:bookworm", "sleep", "1000"]]),
            ("renamed and stopped, and one with the project's labels in its place", "rename", "was renamed by hand", "a",
                [["rename", Name("a"), project.Name + "-odd"], ["kill", project.Name + "-odd"],
                    ["run", "--detach", "--init", "--name", Name("a"), "--label",
                    $"com.docker.compose.project={project.Name}", "--label", "com.docker.compose.service=a",
                    "--label", "com.docker.compose.container-number=1", "--label", "com.docker.compose.oneoff=False",
                    "debian:bookworm", "sleep", "1000"]]),
            ("disconnected", "recreate", "was connected or disconnected by hand", "a",
            [["network", "disconnect", project.Name + "_default", Name("a")]]),
            ("disconnected, and connected again without its aliases", "recreate", "was connected or disconnected by hand", "a",
                [["network", "disconnect", project.Name + "_default", Name("a")],
                ["network", "connect", project.Name + "_default", Name("a")]]),
            ("updated", "recreate", "docker update", "b", [["update", "--memory=64m", "--memory-swap=128m", Name("b")]]),
            ("left by an interrupted recreate", "remove", "interrupted recreate", "a",
                [["create", "--name", $"0123456789ab_{Name("a")}", "--label",
                $"com.docker.compose.project={project.Name}", "--label", "com.docker.compose.service=a", "debian:bookworm", "true"]]),
            ("one too many", "remove", "was added by hand", "b",
                [["run", "--detach", "--init", "--name", $"{project.Name}-b-2", "--label",
                $"com.docker.compose.project={project.Name}", "--label", "com.docker.compose.service=b",
                    "--label", "com.docker.compose.container-number=2", "--label", "com.docker.compose.oneoff=False",
                    "--label", "com.docker.compose.config-hash=0", "debian:bookworm", "sleep", "1000"]]),
            ("replaced", "remove", "made or replaced by hand", "a",
                [["rm", "--force", Name("a")],
                ["run", "--detach", "--init", "--name", Name("a"), "--label",
                $"com.docker.compose.project={project.Name}", "--label", "com.docker.compose.service=a",
                    "--label", "com.docker.compose.container-number=1", "--label", "com.docker.compose.oneoff=False",
                    "debian:bookworm", "sleep", "1000"]]),
            ("replaced by a stranger", "remove", "is not of this stack", "b",
                [["rm", "--force", Name("b")], ["run", "--detach", "--init", "--name", Name("b"), "debian:bookworm", "sleep", "1000"]]),
        ];

        foreach (var (what, action, words, service, commands) in drifts)
        {
            var other = (await project.ContainersAsync())[service == "a" ? "b" : "a"];
            foreach (var command in commands)
            {
                await TestProject.DockerAsync(command);
            }

            var plan = await project.PlanAsync(10);
            await project.ExpectAsync(0, "--target=Deploy");
            var next = await project.PlanAsync(0);

            var changes = plan.GetProperty("containers").EnumerateArray().ToList();
            Assert.True(
                changes.Exists(change => change.GetProperty("service").GetString() == service
                && change.GetProperty("action").GetString() == action
                && change.GetProperty("drift").GetBoolean()
                    && change.GetProperty("reasons")[0].GetString()!.Contains(words, StringComparison.Ordinal)), $"{what}: {plan}");
            Assert.True(changes.TrueForAll(change => change.GetProperty("service").GetString() == service), $"{what}: {plan}");
            Assert.False(next.GetProperty("changes").GetBoolean(), what);
            var names = await TestProject.DockerAsync("ps", "--filter", $"label=com.docker.compose.project={project.Name}",
                "--filter", "network=" + project.Name + "_default", "--format", "{{.Names}}");
            Assert.Equal([Name("a"), Name("b"), Name("d")], names.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
            Assert.Equal(other, (await project.ContainersAsync())[service == "a" ? "b" : "a"]);
        }
    }

    [Fact]
    public async Task Containers_that_exchanged_their_names_get_them_back_also_where_a_Deploy_was_killed_while_it_did_that()
    {
        await using var project = new PlannedProject();
        await project.ExpectAsync(0, "--target=Deploy");
        string Name(string service) => $"{project.Name}-{service}-1";
        var before = await NamesAsync();
        string[][] exchange =
            [["rename", Name("a"), "x" + Name("a")], ["rename", Name("b"), Name("a")], ["rename", "x" + Name("a"), Name("b")]];
        foreach (var rename in exchange)
        {
            await TestProject.DockerAsync(rename);
        }

        var plan = await project.PlanAsync(10);
        await project.ExpectAsync(0, "--target=Deploy");
        Assert.Equal(["rename", "rename"], plan.GetProperty("containers").EnumerateArray()
            .Select(change => change.GetProperty("action").GetString()));
        Assert.Equal(before, await NamesAsync());

        await TestProject.DockerAsync(exchange[0]); // The first step of the way back from such an exchange.
        await TestProject.DockerAsync(exchange[1]);
        await project.ExpectAsync(0, "--target=Deploy");
        Assert.Equal(before, await NamesAsync());
        Assert.False((await project.PlanAsync(0)).GetProperty("changes").GetBoolean());

        async Task<IReadOnlyList<string>> NamesAsync() =>
            [.. (await TestProject.DockerAsync(
                "ps", "--no-trunc", "--filter", $"label=com.docker.compose.project={project.Name}", "--format", "{{.ID}} {{.Names}}"))
                .Split('\n', StringSplitOptions.RemoveEmptyEntries).Order()];
    }

    [Fact]
    public async Task What_shares_the_network_of_a_container_follows_it_when_that_was_killed_or_restarted()
    {
        await using var project = new PlannedProject();
        project.Files.Replace("etc/harbor.yaml", "[a, b, d]", "[a, b, c, d]");
        foreach (var service in (string[])["a", "c"])
        {
            project.Files.Replace($"etc/stacks/compose.{service}.yml", "exec sleep", "readlink /proc/self/ns/net; exec sleep");
        }

        await project.ExpectAsync(0, "--target=Deploy");
        foreach (var (command, expected) in (IEnumerable<(string, string[])>)[("kill", ["a start", "c recreate"]),
            ("restart", ["c recreate"])])
        {
            var before = await project.ContainersAsync();
            await TestProject.DockerAsync(command, $"{project.Name}-a-1");

            var plan = await project.PlanAsync(10);
            await project.ExpectAsync(0, "--target=Deploy");

            Assert.Equal(expected, plan.GetProperty("containers").EnumerateArray()
                .Select(change => $"{change.GetProperty("service").GetString()} {change.GetProperty("action").GetString()}"));
            var after = await project.ContainersAsync();
            Assert.Equal((before["a"], before["b"], before["d"]), (after["a"], after["b"], after["d"]));
            Assert.False((await project.PlanAsync(0)).GetProperty("changes").GetBoolean());
            Assert.Equal(await NetworkOfAsync("a"), await NetworkOfAsync("c"));
            Assert.StartsWith("net:[", await NetworkOfAsync("c"), StringComparison.Ordinal);
        }

        Task<string> NetworkOfAsync(string service) => TestProject.DockerAsync("logs", "--tail", "1", $"{project.Name}-{service}-1");
    }

    [Fact]
    public async Task Of_a_network_that_was_made_by_hand_the_error_says_how_it_goes_and_that_helps()
    {
        await using var project = new PlannedProject();
        await project.ExpectAsync(0, "--target=Deploy");
        var network = project.Name + "_default";
        foreach (var service in (string[])["a", "b", "d"])
        {
            await TestProject.DockerAsync("network", "disconnect", network, $"{project.Name}-{service}-1");
        }

        await TestProject.DockerAsync("network", "rm", network);
        await TestProject.DockerAsync("network", "create", network);

        var failed = await project.ExpectAsync(1, "--target=Deploy");
        Assert.Contains($"docker network rm {network}", failed.Output + failed.Error, StringComparison.Ordinal);
        await TestProject.DockerAsync("network", "rm", network);
        await project.ExpectAsync(0, "--target=Deploy");
        Assert.False((await project.PlanAsync(0)).GetProperty("changes").GetBoolean());
    }

    /// <summary>
    /// D4: what a plan lists is what the engine's events show. HARBOR_PLAN_EDITS edits (12), from the seed HARBOR_PLAN_SEED (a new one each
    /// time).
    /// </summary>
    [Fact]
    public async Task Of_random_edits_the_plan_lists_what_the_engine_is_seen_to_do()
    {
        // The same in every CI run; another one, and more edits, to search for what this one misses.
        var seed = Number("HARBOR_PLAN_SEED") ?? 20261121;
        TestContext.Current.TestOutputHelper!.WriteLine($"HARBOR_PLAN_SEED={seed}");
        await using var project = new PlannedProject();
        project.AddJob();
        project.AddBuilt();
        var images = await project.MakeImagesAsync();
        try
        {
            var edits = new RandomEdits(project, images, new Random(seed));
            for (var round = 0; round < (Number("HARBOR_PLAN_EDITS") ?? 12); round++)
            {
                var done = await edits.NextAsync();
                var plan = await project.PlanAsync(null);
                var seen = await project.EventsOfAsync(() => project.ExpectAsync(0, "--target=Deploy"));

                Assert.True(Planned(plan).SequenceEqual(seen),
                    $"HARBOR_PLAN_SEED={seed}, round {round}: {done}\nplanned: {string.Join(", ", Planned(plan))}\nseen:    " +
                    $"{string.Join(", ", seen)}\n{plan}");
            }

            Assert.False((await project.PlanAsync(0)).GetProperty("changes").GetBoolean());
        }
        finally
        {
            await project.HarborAsync("--target=Destroy");
            await TestProject.DockerAsync(["rmi", "--force", .. images, project.Image, .. project.BuiltImages]);
        }
    }

    /// <summary>What the engine has to be seen to do for it: <c>a create 1</c>.</summary>
    private static IReadOnlyList<string> Planned(JsonElement plan) =>
        PlannedProject.Counted(plan.GetProperty("containers").EnumerateArray().SelectMany(change =>
    {
        string[] actions = change.GetProperty("action").GetString() switch
        {
            "create" => ["create", "start"],
            "recreate" => ["create", "start", "destroy"],
            "remove" => ["destroy"],
            "start" => ["start"],
            "reload" => ["exec_start"],
            "unpause" => ["unpause"],
            var other => [other!],
        };
        return actions.Select(action => (change.GetProperty("service").GetString()!, action));
    }));

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out var number) ? number : null;
}
