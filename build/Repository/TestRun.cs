using Harbor.Frosting;

namespace Harbor.Pipeline.Repository;

/// <summary>Runs a test project and adds its results to the totals of this run.</summary>
internal static class TestRun
{
    public static readonly string[] Projects =
    [
        "Harbor.EndToEnd", "Harbor.Tests", "Harbor.Server.Tests", "Harbor.Frosting.Tests", "Harbor.Deployments.Tests",
        "Harbor.Optimization.Tests",
    ];

    private const int EngineThreads = 4; // Two projects at a time: more, and the tests wait for each other beyond their patience.
    private const int MostTriedAgain = 5; // More failures than this are not the machine's fault.

    public static readonly string[] ProjectsWithEngine =
        ["Harbor.EndToEnd", "Harbor.Tests", "Harbor.Server.Tests", "Harbor.Deployments.Tests"];

    public static StepTask Task(HarborContext context, string project, bool needsEngine) =>
        new($"{(needsEngine ? "TestEngine" : "TestFast")}:{project}", ct => RunAsync(context, project, needsEngine, ct));

    private static async Task RunAsync(HarborContext context, string project, bool needsEngine, CancellationToken ct)
    {
        string[] without = context.Settings.Exhaustive ? [] : ["-trait-", "Exhaustive=true"];
        string[] threads = needsEngine ? ["-maxThreads", $"{EngineThreads}"] : []; // Such tests mostly wait for the engine.
        string[] group = [needsEngine ? "-trait" : "-trait-", "Category=Engine", .. without];
        var (exitCode, results) = await StartAsync(context, project, needsEngine ? "engine" : "fast", [.. group, .. threads], ct);
        if (results is { HasErrors: false, Failed.Count: > 0 and <= MostTriedAgain })
        {
            (exitCode, results) = await TryAgainAsync(context, project, group, results, ct);
        }

        context.Tests.Add(project, results);
        if (exitCode != 0 || results.Failed.Count > 0)
        {
            throw new HarborException($"{project}: {results.Failed.Count} failed (exit code {exitCode}); see the end.");
        }
    }

    /// <summary>
    /// Containers, servers and processes are late now and then on a busy machine. What failed beside other tests runs once more by itself:
    /// if it passes, it counts as passed, and the end of the run names it, since a test that needs a second try is still a test to mend.
    /// </summary>
    private static async Task<(int ExitCode, TestResults Results)> TryAgainAsync(
        HarborContext context, string project, string[] group, TestResults first, CancellationToken ct)
    {
        string[] methods = [.. first.Failed.Select(test => test.Method).Distinct().SelectMany(method => new[] { "-method", method })];
        var (exitCode, second) = await StartAsync(context, project, "again", [.. group, .. methods, "-maxThreads", "1"], ct);
        var failed = second.Passed + second.Failed.Count > 0 ? second.Failed : first.Failed;
        var late = first.Failed.ExceptBy(failed.Select(test => test.Name), test => test.Name).ToList();
        context.Tests.AddLate(project, late);
        return (exitCode, first with { Passed = first.Passed + late.Count, Failed = failed });
    }

    private static async Task<(int ExitCode, TestResults Results)> StartAsync(
        HarborContext context, string project, string kind, string[] arguments, CancellationToken ct)
    {
        var results = Path.Combine(context.Repository, "var", "artifacts", $"{project}.{kind}.json");
        File.Delete(results);
        var program = Path.Combine("var", "artifacts", "bin", project, "debug", $"{project}.dll");
        var ended = await context.DotNet([program, "-noColor", "-noLogo", .. arguments, "-result-ctrf", results]).TryRunAsync(ct);
        return (ended.ExitCode, await TestResults.ReadAsync(results, ct));
    }
}
