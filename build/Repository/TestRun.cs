using System.Text.Json;
using Harbor.Frosting;

namespace Harbor.Pipeline.Repository;

/// <summary>Runs a test project and adds its counts to the totals of this run.</summary>
internal static class TestRun
{
    public static readonly string[] Projects =
    [
        "Harbor.EndToEnd", "Harbor.Tests", "Harbor.Server.Tests", "Harbor.Frosting.Tests", "Harbor.Deployments.Tests",
        "Harbor.Optimization.Tests",
    ];

    private const int EngineThreads = 4; // Two projects at a time: more, and the tests wait for each other beyond their patience.

    public static readonly string[] ProjectsWithEngine =
        ["Harbor.EndToEnd", "Harbor.Tests", "Harbor.Server.Tests", "Harbor.Deployments.Tests"];

    public static StepTask Task(HarborContext context, string project, bool needsEngine) =>
        new($"{(needsEngine ? "TestEngine" : "TestFast")}:{project}", ct => RunAsync(context, project, needsEngine, ct));

    private static async Task RunAsync(HarborContext context, string project, bool needsEngine, CancellationToken ct)
    {
        var results = Path.Combine(context.Repository, "var", "artifacts", $"{project}.{(needsEngine ? "engine" : "fast")}.json");
        File.Delete(results);
        string[] without = context.Settings.Exhaustive ? [] : ["-trait-", "Exhaustive=true"];
        string[] threads = needsEngine ? ["-maxThreads", $"{EngineThreads}"] : []; // Such tests mostly wait for the engine.
        var command = context.DotNet([
            Path.Combine("var", "artifacts", "bin", project, "debug", $"{project}.dll"),
            "-noColor", "-noLogo", needsEngine ? "-trait" : "-trait-", "Category=Engine", .. without, .. threads, "-result-ctrf", results,
        ]);
        var ended = await command.TryRunAsync(ct);

        using var counted = File.Exists(results) ? JsonDocument.Parse(await File.ReadAllBytesAsync(results, ct)) : null;
        int Count(string name) => counted?.RootElement.GetProperty("results").GetProperty("summary").GetProperty(name).GetInt32() ?? 0;
        var failed = Count("failed");
        context.Tests.Add(Count("passed"), failed, Count("skipped"));
        if (ended.ExitCode != 0 || failed > 0)
        {
            throw new HarborException($"{project}: {failed} failed (exit code {ended.ExitCode}); see above.");
        }
    }
}
