using Harbor.Frosting.Tests.Doubles;

namespace Harbor.Frosting.Tests;

public sealed class RandomGraphTests
{
    private const int Graphs = 5000;

    [Fact]
    public async Task Each_task_runs_once_after_all_its_dependencies_within_the_limit()
    {
        for (var seed = 0; seed < Graphs; seed++)
        {
            var graph = new RandomGraph(seed);
            var journal = new Journal();
            var (running, most) = (0, 0);
            var engine = Doubles.Cake.Engine(graph.Parallel);
            graph.Register(engine, async name =>
            {
                var now = Interlocked.Increment(ref running);
                InterlockedMax(ref most, now);
                journal.Add($"+{name}");
                await Task.Yield();
                journal.Add($"-{name}");
                Interlocked.Decrement(ref running);
            });

            await engine.RunAsync(graph.Target);

            var entries = journal.Entries.ToList();
            Assert.Equal(graph.Reached(graph.Target).Order(), entries.Where(entry => entry[0] == '+').Select(entry => entry[1..]).Order());
            foreach (var name in graph.Reached(graph.Target))
            {
                Assert.All(graph.DependenciesOf(name),
                    dependency => Assert.True(entries.IndexOf($"-{dependency}") < entries.IndexOf($"+{name}"), $"seed {seed}: {name}"));
            }

            Assert.InRange(most, 1, graph.Parallel);
        }
    }

    [Fact]
    public async Task A_failure_blocks_its_dependents_and_nothing_else_whatever_the_schedule()
    {
        for (var seed = 0; seed < Graphs; seed++)
        {
            var graph = new RandomGraph(seed);
            var reached = graph.Reached(graph.Target);
            var engine = Doubles.Cake.Engine(graph.Parallel);
            graph.Register(engine, async name =>
            {
                await Task.Yield();
                if (graph.Failing.Contains(name))
                {
                    throw new InvalidOperationException(name);
                }
            });

            await engine.RunToTheEndAsync(graph.Target);

            Assert.Equal(reached.Order(), engine.Results.Tasks.Select(task => task.Name).Order());
            foreach (var name in reached)
            {
                var blocked = graph.Reached(name).Except([name]).Any(graph.Failing.Contains);
                var expected = blocked ? TaskOutcome.Blocked : graph.Failing.Contains(name) ? TaskOutcome.Failed : TaskOutcome.Executed;
                Assert.True(engine.Result(name).Outcome == expected, $"seed {seed}: {name} {engine.Result(name)}");
            }
        }
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
        {
            Interlocked.CompareExchange(ref target, value, seen);
        }
    }
}
