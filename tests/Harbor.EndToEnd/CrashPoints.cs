using Harbor.Processes;

namespace Harbor.EndToEnd;

/// <summary>Kills a run at every point that it passes, each time a new run, and holds what the same command then leaves against what an undisturbed run leaves.</summary>
/// <param name="command">Which is killed, and then typed again.</param>
/// <param name="change">Gives it something to do, by turns of kind 0 and of kind 1; in names of files these are <c>kind-0</c> and <c>kind-1</c>.</param>
/// <param name="left">What there is afterwards, line by line.</param>
internal sealed class CrashPoints(TestProject project, Command command, Func<int, Task> change, Func<Task<List<string>>> left)
{
    /// <summary>Points at which nothing is gained by killing it once more.</summary>
    public HashSet<string> Passed { get; init; } = [];

    /// <summary>Null where no containers are involved.</summary>
    public DockerSpy? Docker { get; init; }

    public async Task HoldAsync()
    {
        var (points, expected, kind) = (new List<string>(), new List<List<string>>(), 0);
        foreach (var undisturbed in (int[])[0, 1])
        {
            await change(undisturbed);
            Docker?.Watch(null);
            points = [.. await TracedRun.PointsAsync(command, project.Root), .. Docker?.Points() ?? []];
            expected.Add(await left());
        }

        TestContext.Current.TestOutputHelper!.WriteLine(string.Join('\n', points));
        var wrong = new List<string>();
        foreach (var point in points.Where(Passed.Add))
        {
            await change(kind);
            wrong.AddRange((await KilledAtAsync(point)).Concat(await AgainAsync(expected[kind])).Select(what => $"{point}: {what}"));
            kind = 1 - kind;
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private async Task<IEnumerable<string>> KilledAtAsync(string point)
    {
        Docker?.Watch(point);
        var isKilled = point.StartsWith("before ", StringComparison.Ordinal) || point.StartsWith("after ", StringComparison.Ordinal) || point.Contains(": ", StringComparison.Ordinal)
            ? (await command.TryRunAsync(CancellationToken.None)).ExitCode == 137
            : await TracedRun.KilledAtAsync(command, project.Root, point);
        Docker?.Watch(null);
        return isKilled ? [] : ["it did not come there"];
    }

    private async Task<IEnumerable<string>> AgainAsync(List<string> expected)
    {
        var again = await command.TryRunAsync(CancellationToken.None);
        var now = await left();
        return (again.ExitCode == 0 ? [] : new[] { $"then {again.ExitCode}\n{again.Output}\n{again.Error}" })
            .Concat(now.Except(expected).Select(entry => $"afterwards there is {entry}"))
            .Concat(expected.Except(now).Select(entry => $"afterwards there is no {entry}"));
    }
}
