using Cake.Core;
using Cake.Core.Diagnostics;
using Cake.Core.Graph;
using Harbor.Frosting.Tests.Doubles;

namespace Harbor.Frosting.Tests;

/// <summary>The same tasks in Cake's own engine and in ours: same calls in the same order, same exception, same report.</summary>
public sealed class SameAsCakeTests
{
    private static readonly Dictionary<string, Action<ICakeEngine, Journal>> Cases = new()
    {
        ["chain"] = (engine, journal) =>
        {
            Task(engine, journal, "a");
            Task(engine, journal, "b", "a");
            Task(engine, journal, "target", "b", "a");
        },
        ["dependees before and after"] = (engine, journal) =>
        {
            Task(engine, journal, "first").IsDependeeOf("target");
            Task(engine, journal, "target", "own", "other");
            Task(engine, journal, "own");
            Task(engine, journal, "other");
            Task(engine, journal, "last").IsDependeeOf("target");
        },
        ["names ignore case"] = (engine, journal) =>
        {
            Task(engine, journal, "A");
            Task(engine, journal, "TARGET", "a");
        },
        ["optional dependency that does not exist"] = (engine, journal) =>
            Target(Task(engine, journal, "target")).Dependencies.Add(new CakeTaskDependency("nowhere", required: false)),
        ["aggregate"] = (engine, journal) =>
        {
            Task(engine, journal, "a");
            engine.RegisterTask("target").IsDependentOn("a");
        },
        ["criteria with and without a message"] = (engine, journal) =>
        {
            Task(engine, journal, "a").WithCriteria(true).WithCriteria(false, "why")
                .WithCriteria(() => throw new InvalidOperationException("not asked"));
            Task(engine, journal, "b", "a").WithCriteria(false);
            Task(engine, journal, "target", "b");
        },
        ["criteria of the target"] = (engine, journal) => Task(engine, journal, "target").WithCriteria(false, "why"),
        ["criteria that throws"] = (engine, journal) =>
        Task(engine, journal, "target").WithCriteria(() => throw new InvalidOperationException("criteria")),
        ["failure"] = (engine, journal) => Fails(engine, journal, "target"),
        ["failure with finally and reporter"] = (engine, journal) =>
            Fails(engine, journal, "target").Finally(() => journal.Add("finally"))
                .ReportError(error => journal.Add($"report {error.Message}")),
        ["reporter that throws"] = (engine, journal) =>
        Fails(engine, journal, "target").ReportError(_ => throw new InvalidOperationException("reporter")),
        ["handled failure"] = (engine, journal) =>
        {
            Fails(engine, journal, "a").OnError(error => journal.Add($"handle {error.Message}")).Finally(() => journal.Add("finally"));
            Task(engine, journal, "target", "a");
        },
        ["handler that throws"] = (engine, journal) =>
        Fails(engine, journal, "target").OnError(_ => throw new InvalidOperationException("worse")),
        ["continue on error"] = (engine, journal) =>
        {
            Fails(engine, journal, "a").ContinueOnError();
            Task(engine, journal, "target", "a");
        },
        ["deferred exceptions"] = (engine, journal) =>
            Fails(engine, journal, "target").DeferOnError().Does(() => throw new InvalidOperationException("second"))
                .Does(() => journal.Add("third")),
        ["finally that throws"] = (engine, journal) =>
        Task(engine, journal, "target").Finally(() => throw new InvalidOperationException("finally")),
        ["task setup that throws"] = (engine, journal) =>
        {
            Task(engine, journal, "target");
            engine.RegisterTaskSetupAction(_ => throw new InvalidOperationException("task setup"));
            TaskTeardown(engine, journal);
        },
        ["task teardown that throws"] = (engine, journal) =>
        {
            Task(engine, journal, "target");
            engine.RegisterTaskTeardownAction(_ => throw new InvalidOperationException("task teardown"));
        },
        ["task teardown that throws after a failure"] = (engine, journal) =>
        {
            Fails(engine, journal, "target");
            engine.RegisterTaskTeardownAction(_ => throw new InvalidOperationException("task teardown"));
        },
        ["everything around"] = (engine, journal) =>
        {
            Task(engine, journal, "a").WithCriteria(false, "why");
            Fails(engine, journal, "b", "a").ContinueOnError();
            Task(engine, journal, "target", "b");
            engine.RegisterSetupAction(
                info => journal.Add($"setup {info.TargetTask.Name} {string.Join(',', info.TasksToExecute.Select(task => task.Name))}"));
            engine.RegisterSetupAction(_ => journal.Add("second setup"));
            engine.RegisterTeardownAction(info => journal.Add($"teardown {info.Successful}"));
            engine.RegisterTaskSetupAction(info => journal.Add($"task setup {info.Task.Name}"));
            TaskTeardown(engine, journal);
        },
        ["setup that throws"] = (engine, journal) =>
        {
            Task(engine, journal, "target");
            engine.RegisterSetupAction(_ => throw new InvalidOperationException("setup"));
            engine.RegisterTeardownAction(info => journal.Add($"teardown {info.ThrownException.Message}"));
        },
        ["teardown that throws"] = (engine, journal) =>
        {
            Task(engine, journal, "target");
            engine.RegisterTeardownAction(_ => throw new InvalidOperationException("teardown"));
        },
        ["teardown that throws after a failure"] = (engine, journal) =>
        {
            Fails(engine, journal, "target");
            engine.RegisterTeardownAction(_ => throw new InvalidOperationException("teardown"));
        },
        ["typed setup data"] = (engine, journal) =>
        {
            Task(engine, journal, "target").Does<string>(journal.Add);
            engine.RegisterSetupAction(_ => "data");
            engine.RegisterTeardownAction<string>((_, text) => journal.Add($"teardown {text}"));
        },
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Same_calls_same_exception_same_report(string name)
    {
        var data = new CakeDataService();
        var context = Context(data);
        var theirs = await RunAsync(name, new CakeEngine(data, new NullLog()), context);
        data = new CakeDataService();
        var ours = await RunAsync(name, new ParallelEngine(data, new NullLog(), new EngineOptions { Parallel = () => 1 }), Context(data));

        Assert.Equal(theirs, ours);
    }

    [Fact]
    public void Random_graphs_are_walked_in_the_order_of_Cakes_graph()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new RandomGraph(seed);
            var engine = Doubles.Cake.Engine(1);
            random.Register(engine, _ => System.Threading.Tasks.Task.CompletedTask);

            var plan = new RunPlan(
                new TaskGraph([.. engine.Tasks.Cast<CakeTask>()], new HashSet<string>()), [random.Target], exclusive: false);

            Assert.Equal(CakeGraphBuilder.Build(engine.Tasks).Traverse(random.Target), plan.Tasks.Select(task => task.Name));
        }
    }

    [Fact]
    public async Task An_exclusive_target_runs_alone()
    {
        foreach (var engine in new ICakeEngine[] { new CakeEngine(new CakeDataService(), new NullLog()), Doubles.Cake.Engine(1) })
        {
            var journal = new Journal();
            Task(engine, journal, "a");
            Task(engine, journal, "target", "a");

            await engine.RunTargetAsync(
                Doubles.Cake.Context, Doubles.Cake.Strategy, new ExecutionSettings().SetTarget("target").UseExclusiveTarget());

            Assert.Equal("target", journal.ToString());
        }
    }

    private static async Task<string> RunAsync(string name, ICakeEngine engine, ICakeContext context)
    {
        var journal = new Journal();
        Cases[name](engine, journal);
        var report = default(CakeReport);
        var exception = await Record.ExceptionAsync(async () =>
            report = await engine.RunTargetAsync(context, Doubles.Cake.Strategy, new ExecutionSettings().SetTarget("target")));
        if (exception is not null)
        {
            report = (exception as CakeReportException)?.Report;
            journal.Add($"\n{exception.GetType()} {exception.Message} <- {exception.InnerException?.GetType()}");
        }

        foreach (var entry in report ?? [])
        {
            var message = entry.ExecutionStatus == CakeTaskExecutionStatus.Skipped ? entry.SkippedMessage : "";
            journal.Add($"\n{entry.Category} {entry.TaskName} {entry.ExecutionStatus} {message}");
        }

        return journal.ToString();
    }

    private static CakeContext Context(ICakeDataService data) =>
        CakeParts.Context(CakeParts.Environment(null), CommandLine.Parse([], Vocabulary.Empty), data, new NullLog());

    private static CakeTaskBuilder Task(ICakeEngine engine, Journal journal, string name, params string[] dependencies) =>
        engine.Add(name, dependencies).Does(() => journal.Add(name));

    private static CakeTaskBuilder Fails(ICakeEngine engine, Journal journal, string name, params string[] dependencies) =>
        Task(engine, journal, name, dependencies).Does(() => throw new InvalidOperationException($"{name} failed"));

    private static void TaskTeardown(ICakeEngine engine, Journal journal) => engine.RegisterTaskTeardownAction(info =>
        journal.Add($"task teardown {info.Task.Name} skipped {info.Skipped} ok {info.Successful} {info.ThrownException?.Message}"));

    private static CakeTask Target(CakeTaskBuilder builder) => (CakeTask)builder.Task;
}
