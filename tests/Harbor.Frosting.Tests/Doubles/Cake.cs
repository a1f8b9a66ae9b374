using Cake.Core;
using Cake.Core.Diagnostics;

namespace Harbor.Frosting.Tests.Doubles;

/// <summary>The real context and strategy, silent.</summary>
internal static class Cake
{
    public static ICakeContext Context { get; } =
        CakeParts.Context(CakeParts.Environment(null), CommandLine.Parse([], Vocabulary.Empty), new CakeDataService(), new NullLog());

    public static IExecutionStrategy Strategy { get; } = new TaskStrategy(new NullLog());

    public static ParallelEngine Engine(int parallel, CancellationToken runToken = default, CancellationToken cleanupToken = default) =>
        new(new CakeDataService(), new NullLog(),
            new EngineOptions { Parallel = () => parallel, RunToken = runToken, CleanupToken = cleanupToken });

    public static Task<CakeReport> RunAsync(this ICakeEngine engine, params string[] targets) =>
        engine.RunTargetAsync(Context, Strategy, new ExecutionSettings().SetTargets(targets));

    /// <summary>
    /// Runs, and swallows what it ends with: the results tell. On another thread: the engine takes the one it is called on.
    /// </summary>
    public static async Task<Exception?> RunToTheEndAsync(this ParallelEngine engine, params string[] targets) =>
        await Record.ExceptionAsync(() => Task.Run(() => engine.RunAsync(targets)));

    public static string Outcomes(this ParallelEngine engine) =>
        string.Join(", ", engine.Results.Tasks.OrderBy(task => task.Name, StringComparer.Ordinal)
            .Select(task => $"{task.Name} {engine.Results[task].Outcome}"));

    public static TaskResult Result(this ParallelEngine engine, string name) =>
        engine.Results[engine.Results.Tasks.Single(task => task.Name == name)];

    public static CakeTaskBuilder Add(this ICakeEngine engine, string name, params string[] dependencies) =>
        engine.RegisterTask(name).IsDependentOn(dependencies);
}
