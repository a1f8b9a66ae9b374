namespace Harbor.EndToEnd.Snapshots;

/// <summary>
/// Nothing of a Deploy happens before everything is prepared: a forgotten [IsDependentOn] would fail now and then only. Without an engine.
/// </summary>
public sealed class StageOrderTests
{
    /// <summary>It only looks, and so runs beside Prepare. Lock comes before both.</summary>
    private static readonly string[] Beside = ["CheckDeployed", "Lock"];

    [Fact]
    public async Task Every_task_of_a_Deploy_waits_for_Prepare_but_the_look_at_what_is_deployed()
    {
        await using var transcript = FullProject.New();
        var prepare = await NeededAsync(transcript, "Prepare");
        var deploy = (await NeededAsync(transcript, "Deploy")).Except(prepare).Except(Beside).ToList();

        string[] atLeast = ["ComposeUp", "DeploySteps", "Health", "Hook:pre_deploy:worker:migrate", "PostDeploy", "Summary", "Deploy"];
        Assert.Superset(atLeast.ToHashSet(), deploy.ToHashSet());
        foreach (var task in deploy.Except(await BehindAsync(transcript)))
        {
            var needed = await NeededAsync(transcript, task);
            Assert.True(needed.Contains("Prepare"), $"{task} does not wait for Prepare, but only for {string.Join(", ", needed)}.");
        }
    }

    [Fact]
    public async Task Every_step_behind_compose_up_waits_for_it()
    {
        await using var transcript = FullProject.New();

        Assert.Contains("ComposeUp", await NeededAsync(transcript, "Hook:post_service_up:web:probe"));
        string[] behind = ["Health", "TailLogs", "Summary", "Hook:post_deploy:notify", "PostDeploy"];
        Assert.Equal(behind, (await BehindAsync(transcript)).Intersect(behind));
    }

    /// <summary>What runs after compose.up without needing it: alone, it works on what is deployed.</summary>
    private static async Task<IReadOnlyList<string>> BehindAsync(Transcript transcript)
    {
        var dry = (await transcript.Project.ExpectAsync(0, "--dryrun", "--target=Deploy")).Output;
        var order = dry.Split('\n').Where(line => line.Contains(". ", StringComparison.Ordinal)).Select(line => line.Split(". ")[1]);
        return [.. order.SkipWhile(task => task != "DeploySteps").Skip(1)];
    }

    /// <summary>The task and all that it waits for, directly or not.</summary>
    private static async Task<HashSet<string>> NeededAsync(Transcript transcript, string target)
    {
        var tree = (await transcript.Project.ExpectAsync(0, "--tree", $"--target={target}")).Output;
        return [.. tree.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimStart(' ', '│', '├', '└', '─'))];
    }
}
