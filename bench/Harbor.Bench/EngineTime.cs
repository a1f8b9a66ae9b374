using Harbor.Frosting;

namespace Harbor.Bench;

/// <summary>The task engine in process: command line, expansion, graph, run and report, with its output thrown away.</summary>
internal static class EngineTime
{
    public static async Task RunAsync(CancellationToken ct)
    {
        Ideal("64 tasks that wait 50 ms, `--parallel 16`", await Measure.InProcessAsync(() => HostAsync<Waiting>(16), 11));
        Ideal("64 tasks that block their thread 50 ms, `--parallel 16`", await Measure.InProcessAsync(() => HostAsync<Blocking>(16), 11));
        Report.Single("own time of a graph of 200 tasks", await Measure.InProcessAsync(() => HostAsync<Graph200>(4), 21));
        Report.Single("own time of a graph of 2,000 tasks", await Measure.InProcessAsync(() => HostAsync<Graph2000>(4), 21), "50 ms");
        Report.Single("own time of a graph of 20,000 tasks", await Measure.InProcessAsync(() => HostAsync<Graph20000>(4), 5));

        static void Ideal(string what, double time) => Report.Pair(what, time, "ideal: 4 rounds", 200, time / 200, "1.05x");
    }

    private static async Task HostAsync<TTask>(int parallel)
        where TTask : class, IFrostingTask, new()
    {
        var host = new CakeHost().AddTask<TTask>().UseWriters(TextWriter.Null, TextWriter.Null);
        if (await host.RunAsync([$"--target={typeof(TTask).Name}", $"--parallel={parallel}"]) != 0)
        {
            throw new InvalidOperationException($"{typeof(TTask).Name} failed.");
        }
    }

    internal sealed class Waiting : FrostingTask<FrostingContext>
    {
        public override IEnumerable<StepTask> Expand(FrostingContext context) =>
            Enumerable.Range(0, 64).Select(i => new StepTask($"t{i}", ct => Task.Delay(50, ct)));
    }

    internal sealed class Blocking : FrostingTask<FrostingContext>
    {
        public override IEnumerable<StepTask> Expand(FrostingContext context) =>
            Enumerable.Range(0, 64).Select(i => new StepTask($"t{i}", _ =>
        {
            Thread.Sleep(50); // The work that is measured: a task that blocks its thread.
            return Task.CompletedTask;
        }));
    }

    internal sealed class Graph200() : Graph(200);

    internal sealed class Graph2000() : Graph(2000);

    internal sealed class Graph20000() : Graph(20_000);

    /// <summary>Empty tasks, each of which depends on up to three earlier ones.</summary>
    internal abstract class Graph(int size) : FrostingTask<FrostingContext>
    {
        public override IEnumerable<StepTask> Expand(FrostingContext context) =>
            Enumerable.Range(0, size).Select(i => new StepTask($"t{i}", _ => Task.CompletedTask)
            {
                DependsOn = i == 0
                ? [] : [.. new[] { i / 2, i - 1 - (i % 7), i * 3 / 4 }.Where(other => other >= 0 && other < i)
                .Distinct().Select(other => $"t{other}")],
            });
    }
}
