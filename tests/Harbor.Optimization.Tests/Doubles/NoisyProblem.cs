using System.Globalization;
using System.Text.RegularExpressions;
using Harbor.Optimization.Replay;
using Harbor.Optimization.Rollouts;

namespace Harbor.Optimization.Doubles;

/// <summary>
/// A text <c>level L edit E</c> passes an example with the chance L / 20. Of five edits of a text, one is a step up, the others a step
/// down;
/// which one, depends on the level. A model picks an edit by chance, but none that the prompt shows as tried.
/// </summary>
internal sealed partial class NoisyProblem(int seed) : IReflectionModel
{
    private const int Levels = 20;
    private const int Edits = 5;
    private const int Step = 3;

    private readonly Random random = new(seed);

    public static int LevelOf(Candidate candidate) => Read(candidate["text"]).Level;

    public static Task<double> FinalLevelAsync(Func<GepaOptions, GepaOptions> change, int runs) => AverageAsync(async seed =>
    {
        var problem = new NoisyProblem(seed);
        var options = change(new GepaOptions
        {
            SeedCandidate = new Candidate(KeyValuePair.Create("text", "level 6 edit 0")),
            TrainSet = HashProblem.Examples("t", 40),
            ValidationSet = HashProblem.Examples("u", 30),
            Seed = seed,
            MinibatchSize = 8,
            MaxMetricCalls = 1000,
        });
        var adapter = new RolloutAdapter(problem.RunAsync, new RolloutOptions { RunId = $"{seed}" });
        return LevelOf((await GepaEngine.RunAsync(options, adapter, problem, [], CancellationToken.None)).BestCandidate);
    }, runs);

    public Task<Completion> CompleteAsync(string prompt, CancellationToken ct)
    {
        var texts = Pattern().Matches(prompt).Select(match => Read(match.Value)).ToArray();
        var (level, _) = texts[0];
        int[] untried = [.. Enumerable.Range(0, Edits).Except(texts.Skip(1).Select(tried => tried.Edit))];
        var edit = untried[random.Next(untried.Length)];
        var next = Math.Clamp(level + (edit == level % Edits ? Step : -Step), 0, Levels);
        return Task.FromResult(new Completion($"```\nlevel {next} edit {edit}\n```"));
    }

    private Task<RolloutResult> RunAsync(Rollout rollout, CancellationToken ct)
    {
        var dice = Convert.ToInt32(HashProblem.Hex(rollout.IdempotencyKey)[..4], 16) % Levels;
        return Task.FromResult(RolloutResult.Scored(dice < LevelOf(rollout.Candidate) ? 1 : 0) with { Trace = "seen" });
    }

    private static async Task<double> AverageAsync(Func<int, Task<int>> run, int runs)
    {
        var sum = 0.0;
        for (var seed = 0; seed < runs; seed++)
        {
            sum += await run(seed);
        }

        return sum / runs;
    }

    private static (int Level, int Edit) Read(string text)
    {
        var match = Pattern().Match(text);
        return (int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture),
            int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex("level ([0-9]+) edit ([0-9]+)")]
    private static partial Regex Pattern();
}
