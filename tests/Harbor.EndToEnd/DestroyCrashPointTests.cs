namespace Harbor.EndToEnd;

/// <summary>As <see cref="DeployCrashPointTests"/>: nothing is left of what was deployed.</summary>
[Trait("Category", "Engine")]
public sealed class DestroyCrashPointTests
{
    [Fact]
    public Task Killed_at_10_random_points_it_is_completed_by_the_next() => IsCompletedAsync(sample: 10);

    [Fact]
    [Trait("Exhaustive", "true")]
    public Task Killed_at_any_point_it_is_completed_by_the_next() => IsCompletedAsync(sample: null);

    private static async Task IsCompletedAsync(int? sample)
    {
        await using var project = await DeployCrashPointTests.NewAsync();
        await using var engine = new EngineSpy(project);

        await new CrashPoints(project, project.Command("--target=Destroy"), _ => project.ExpectAsync(0, "--target=Deploy"),
            () => DeployCrashPointTests.LeftAsync(project))
        {
            Sample = sample,
            Engine = engine,
            Passed = [.. await DeployCrashPointTests.PointsOfPrepareAsync(project)],
        }.HoldAsync();

        Assert.Empty(await project.ContainersAsync());
        Assert.False(File.Exists(project.PathOf("var/state/deployment.json")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(project.PathOf("var/run")));
    }
}
