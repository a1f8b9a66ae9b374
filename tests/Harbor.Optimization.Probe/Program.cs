using System.Globalization;
using Harbor.Optimization;
using Harbor.Optimization.Configuration;
using Harbor.Optimization.Journal;
using Harbor.Optimization.Replay;
using Harbor.Optimization.Rollouts;

return args switch
{
    ["replay", .. var rest] => await ReplayCommand.RunAsync(rest, Console.Error, CancellationToken.None),
    ["memory", .. var rest] => await MemoryAsync(rest),
    ["native", var run, var state, var paid, var milliseconds] =>
        await NativeAsync(run, state, paid, int.Parse(milliseconds, CultureInfo.InvariantCulture)),
    ["config", var file] => Check(file),
    _ => 2,
};

// A replay that says how much memory it has taken at most.
static async Task<int> MemoryAsync(string[] rest)
{
    var code = await ReplayCommand.RunAsync(rest, Console.Error, CancellationToken.None);
    Console.WriteLine(File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal)));
    return code;
}

// What is wrong with a configuration, or how many examples its options have.
static int Check(string file)
{
    try
    {
        var options = PromptLearningConfig.FromPath(file).ToOptions(TimeProvider.System);
        Console.WriteLine($"{options.TrainSet.Count} {options.ValidationSet.Count}");
        return 0;
    }
    catch (ConfigException e)
    {
        Console.WriteLine(e.Message);
        return 2;
    }
}

// A native run whose rollouts take a while; each one that begins is a line in the file of what was paid.
static async Task<int> NativeAsync(string file, string state, string paid, int milliseconds)
{
    var run = ReplayRun.Parse(await File.ReadAllBytesAsync(file));
    using var lines = new FileStream(paid, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
    var adapter = new RolloutAdapter(
        async (rollout, ct) =>
        {
            lock (lines)
            {
                lines.Write(System.Text.Encoding.UTF8.GetBytes(rollout.IdempotencyKey + "\n"));
            }

            await Task.Delay(milliseconds, ct);
            var batch = (await run.Problem.EvaluateAsync(
                [new(rollout.Candidate, [rollout.Example])], new EvaluationContext(true, 0, ResultLog.None), ct))[0];
            return RolloutResult.Scored(batch.Scores[0]!.Value) with
            {
                Trace = batch.Trajectories![0],
                Objectives = batch.ObjectiveScores?[0],
            };
        },
        new RolloutOptions { RunId = "probe", MaxConcurrent = 4 },
        run.Problem.BuildReflectiveDataset);
    using var store = new FileJournal(state);
    using var journaled = JournaledRun.Open(run.Options with { Mode = GepaMode.Native }, adapter, run.Problem, [], store);
    return await journaled.RunAsync(null, CancellationToken.None) is null ? 1 : 0;
}
