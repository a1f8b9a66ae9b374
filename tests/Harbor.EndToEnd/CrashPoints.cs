using Harbor.Processes;

namespace Harbor.EndToEnd;

/// <summary>
/// Kills a run at every point that it passes, each time a new run, and holds what the same command then leaves against what an undisturbed
/// run leaves.
/// </summary>
/// <param name="command">Which is killed, and then typed again.</param>
/// <param name="change">Gives it something to do, by turns of kind 0 and of kind 1; in names of files these are <c>kind-0</c> and
/// <c>kind-1</c>.</param>
/// <param name="left">What there is afterwards, line by line.</param>
internal sealed class CrashPoints(TestProject project, Command command, Func<int, Task> change, Func<Task<List<string>>> left)
{
    private const int Attempts = 3;

    /// <summary>Points at which nothing is gained by killing it once more.</summary>
    public HashSet<string> Passed { get; init; } = [];

    /// <summary>Of the points, those at which it is killed.</summary>
    public Func<string, bool> IsWanted { get; init; } = _ => true;

    /// <summary>So many of them, others each time unless HARBOR_KILL_SEED says which (it is printed); null: all.</summary>
    public int? Sample { get; init; }

    /// <summary>Null where no containers are involved.</summary>
    public DockerSpy? Docker { get; init; }

    /// <summary>Null: it is killed at none of the requests to the engine.</summary>
    public EngineSpy? Engine { get; init; }

    public async Task HoldAsync()
    {
        var (points, expected, kind) = (new List<string>(), new List<List<string>>(), 0);
        foreach (var undisturbed in (int[])[0, 1])
        {
            await change(undisturbed);
            Docker?.Watch(null);
            Engine?.Watch(null);
            points = [.. await TracedRun.PointsAsync(command, project.Root), .. Docker?.Points() ?? [], .. Engine?.Points ?? []];
            expected.Add(await left());
        }

        TestContext.Current.TestOutputHelper!.WriteLine(string.Join('\n', points));
        var wrong = new List<string>();
        foreach (var point in Sampled([.. points.Where(IsWanted).Where(Passed.Add)]))
        {
            wrong.AddRange((await KilledAtAsync(point, kind)).Concat(await AgainAsync(expected[kind])).Select(what => $"{point}: {what}"));
            kind = 1 - kind;
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private IEnumerable<string> Sampled(string[] points)
    {
        if (Sample is not { } count)
        {
            return points;
        }

        var seed = RandomKillTests.Seed();
        TestContext.Current.TestOutputHelper!.WriteLine($"HARBOR_KILL_SEED={seed}, {count} of {points.Length} points");
        new Random(seed).Shuffle(points);
        return points.Take(count);
    }

    /// <summary>Once more where the run was resumed by mistake and has come to its end: see <see cref="TracedRun"/>.</summary>
    private async Task<IEnumerable<string>> KilledAtAsync(string point, int kind)
    {
        for (var attempt = 1; ; attempt++)
        {
            await change(kind);
            try
            {
                return await KilledAtAsync(point);
            }
            catch (DirectoryNotFoundException) when (attempt < Attempts)
            {
                await change(1 - kind);
                await command.RunAsync(CancellationToken.None);
            }
        }
    }

    private async Task<IEnumerable<string>> KilledAtAsync(string point)
    {
        Docker?.Watch(point);
        Engine?.Watch(point);
        var isSpied = point.StartsWith("before ", StringComparison.Ordinal) || point.StartsWith("after ", StringComparison.Ordinal)
            || point.StartsWith(EngineSpy.Prefix, StringComparison.Ordinal) || point.Contains(": ", StringComparison.Ordinal);
        var isKilled = isSpied
            ? (await command.TryRunAsync(CancellationToken.None)).ExitCode == 137
            : await TracedRun.KilledAtAsync(command, project.Root, point);
        Docker?.Watch(null);
        Engine?.Watch(null);
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
