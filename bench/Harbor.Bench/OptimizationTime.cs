using System.Diagnostics;
using System.Globalization;
using Harbor.Optimization;
using Harbor.Optimization.Journal;
using Harbor.Optimization.Replay;
using Harbor.Optimization.Rollouts;
using Harbor.Processes;

namespace Harbor.Bench;

/// <summary>
/// What GEPA's engine costs beside the rollouts: in process, as a whole command, and how near it keeps rollouts to their ideal.
/// </summary>
internal static class OptimizationTime
{
    private static readonly TimeSpan Rollout = TimeSpan.FromMilliseconds(200);

    private const int Concurrent = 8;

    private const string Memory = """
        using var status = System.IO.File.OpenText("/proc/self/status");
        while (status.ReadLine() is { } line)
        {
            if (line.StartsWith("VmHWM")) { System.Console.WriteLine(line); }
        }
        """;

    public static async Task RunAsync(CancellationToken ct)
    {
        using var project = new Project();
        await InProcessAsync(project);
        await CommandsAsync(project, ct);
        await ScheduleAsync(ct);
    }

    // The problem's own hashing is part of these times.
    private static async Task InProcessAsync(Project project)
    {
        for (var i = 0; i < 5; i++)
        {
            await PlayAsync(40_000, null); // The JIT's last tier.
        }

        var ten = await ProcessorTimeAsync(() => PlayAsync(10_000, null), 21);
        var forty = await ProcessorTimeAsync(() => PlayAsync(40_000, null), 11);
        Report.Single("GEPA, 10,000 metric calls, in process, processor time", ten, "75 ms");
        Report.Pair("GEPA, 40,000 metric calls, in process, processor time", forty, "10,000 metric calls", ten, forty / ten, "5x");
        var folder = Path.Combine(project.Root, "run");
        var kept = await ProcessorTimeAsync(() => PlayAsync(10_000, folder), 5);
        Report.Single("GEPA, 10,000 metric calls, with journal and snapshots, processor time", kept, "500 ms");
    }

    // Upstream's figures are processor time, too; and a disk that other programs use makes a wall time of fsync meaningless.
    private static async Task<double> ProcessorTimeAsync(Func<Task> work, int runs)
    {
        var times = new double[runs];
        await work();
        for (var run = 0; run < runs; run++)
        {
            var before = Environment.CpuUsage.TotalTime;
            await work();
            times[run] = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
        }

        return Report.Median(times);
    }

    private static async Task CommandsAsync(Project project, CancellationToken ct)
    {
        var probe = Path.Combine(project.Root, "probe");
        await Project.InRepository(
            "dotnet", "publish", "tests/Harbor.Optimization.Probe", "-c", "Release", "--ucr", "-p:PublishAot=true", "-o", probe, "-v",
                "quiet", "--tl:off")
            .RunAsync(ct);
        var hello = await StartUp.HelloAsync(project, ct);
        await Measure.CompareAsync(
            "`gepa replay`, a run of 120 metric calls, whole command", Replay(project, probe, 120), "`dotnet hello.dll`", hello, "3x", 21,
                ct);

        project.Write("hello/Program.cs", Memory);
        await project.Here("dotnet", "build", "hello", "-c", "Release", "-o", "hello/out", "-v", "quiet").RunAsync(ct);
        var (own, theirs) = (await PeakAsync(Replay(project, probe, 10_000, "memory")), await PeakAsync(hello));
        Report.Row(
            "`gepa replay`, 10,000 metric calls, peak memory", $"{own / 1024:0} MB", "`dotnet hello.dll`", $"{theirs / 1024:0} MB",
                own / theirs, "1.5x");

        async Task<double> PeakAsync(Command command) =>
            double.Parse((await command.RunAsync(ct)).Output.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
                CultureInfo.InvariantCulture);
    }

    private static Command Replay(Project project, string probe, int calls, string command = "replay")
    {
        project.Write($"{calls}.json", $$"""
            {"config": {"components": 1, "n_train": 20, "n_val": 10, "salt": "long", "lift": true, "seed": 0,
             "opt": {"max_metric_calls": {{calls}}, "reflection_minibatch_size": 3} }, "seed_candidate": {"sys": "base sys"} }
            """);
        return project.Here(
            Path.Combine(probe, "Harbor.Optimization.Probe"), command, "--problem", "hash", "--run", $"{calls}.json", "--output",
                "out.json");
    }

    // Every group of rollouts in rounds of 8: what no scheduler can beat.
    private static async Task ScheduleAsync(CancellationToken ct)
    {
        var options = Options(160) with { Mode = GepaMode.Native, MinibatchSize = 8, ValidationSet = HashProblem.Examples("u", 16) };
        var problem = new HashProblem("long", hasObjectives: false, lifts: true);
        var groups = new Dictionary<string, int>();
        var adapter = new RolloutAdapter(
            async (rollout, token) =>
            {
                var group = rollout.IdempotencyKey.Split('-')[1];
                lock (groups)
                {
                    groups[group] = groups.GetValueOrDefault(group) + 1;
                }

                await Task.Delay(Rollout, token);
                var batch = (await problem.EvaluateAsync(
                    [new(rollout.Candidate, [rollout.Example])], new EvaluationContext(true, 0, ResultLog.None), token))[0];
                return RolloutResult.Scored(batch.Scores[0]!.Value) with { Trace = batch.Trajectories![0] };
            },
            new RolloutOptions { RunId = "bench", MaxConcurrent = Concurrent },
            problem.BuildReflectiveDataset);
        var started = Stopwatch.GetTimestamp();
        await GepaEngine.RunAsync(options, adapter, problem, [], ct);
        var wall = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        var ideal = groups.Values.Sum(count => (count + Concurrent - 1) / Concurrent) * Rollout.TotalMilliseconds;
        Report.Pair("GEPA over rollouts of 200 ms, `max_concurrent` 8", wall, "ideal: full rounds", ideal, wall / ideal, "1.05x");
    }

    private static GepaOptions Options(int calls) => new()
    {
        Mode = GepaMode.Python,
        SeedCandidate = new Candidate(KeyValuePair.Create("sys", "base sys")),
        TrainSet = HashProblem.Examples("t", 20),
        ValidationSet = HashProblem.Examples("u", 10),
        MaxMetricCalls = calls,
    };

    private static async Task PlayAsync(int calls, string? folder)
    {
        var problem = new HashProblem("long", hasObjectives: false, lifts: true);
        if (folder is null)
        {
            await GepaEngine.RunAsync(Options(calls), problem, problem, [], CancellationToken.None);
            return;
        }

        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        using var store = new FileJournal(folder);
        using var run = JournaledRun.Open(Options(calls), problem, problem, [], store);
        await run.RunAsync(null, CancellationToken.None);
    }
}
