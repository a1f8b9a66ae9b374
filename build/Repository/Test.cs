using System.Xml.Linq;
using Harbor.Build.Utilities;
using Harbor.Frosting;

namespace Harbor.Build.Repository;

[TaskName("Test")]
[TaskDescription("Builds everything with warnings as errors, checks the format, searches for secrets, runs all tests: what CI runs.")]
[IsDependentOn(typeof(Lint))]
[IsDependentOn(typeof(TestFast))]
[IsDependentOn(typeof(TestEngine))]
public sealed class Test : FrostingTask<HarborContext>;

[TaskName("Compile")]
[TaskDescription("Compiles the solution; warnings are errors.")]
public sealed class Compile : AsyncFrostingTask<HarborContext>
{
    public override Task RunAsync(HarborContext context, CancellationToken ct) =>
        context.DotNet("build", "Harbor.slnx", "-nologo", "-v", "quiet", "--tl:off").RunAsync(ct);
}

[TaskName("Format")]
[TaskDescription("Fails where 'dotnet format' would change something.")]
[IsDependentOn(typeof(Compile))]
public sealed class Format : AsyncFrostingTask<HarborContext>
{
    public override Task RunAsync(HarborContext context, CancellationToken ct) =>
        context.DotNet("format", "Harbor.slnx", "--verify-no-changes", "--no-restore").RunAsync(ct);
}

[TaskName("TestFast")]
[TaskDescription("The tests that need no container engine.")]
[IsDependentOn(typeof(Format))]
public sealed class TestFast : AsyncFrostingTask<HarborContext>
{
    public override Task RunAsync(HarborContext context, CancellationToken ct) => TestRun.RunAllAsync(context, engine: false, ct);
}

[TaskName("TestEngine")]
[TaskDescription("The tests against real containers.")]
[IsDependentOn(typeof(TestFast))]
public sealed class TestEngine : AsyncFrostingTask<HarborContext>
{
    public override Task RunAsync(HarborContext context, CancellationToken ct) => TestRun.RunAllAsync(context, engine: true, ct);
}

/// <summary>Runs a test project's executable and adds what it counted to the totals of this run.</summary>
internal static class TestRun
{
    private static readonly string[] Projects = ["Harbor.Frosting.Tests", "Harbor.Tests", "Harbor.EndToEnd"];

    /// <summary>All of them, whatever fails in one.</summary>
    public static async Task RunAllAsync(HarborContext context, bool engine, CancellationToken ct)
    {
        var failures = new List<string>();
        foreach (var project in Projects)
        {
            if (await RunAsync(context, project, engine, ct) is { } failure)
            {
                failures.Add(failure);
            }
        }

        if (failures.Count > 0)
        {
            throw new DeploymentException(string.Join('\n', failures));
        }
    }

    private static async Task<string?> RunAsync(HarborContext context, string project, bool engine, CancellationToken ct)
    {
        var results = Path.Combine(context.Repository, "var", "artifacts", $"{project}.{(engine ? "engine" : "fast")}.xml");
        File.Delete(results);
        var command = context.DotNet(
            Path.Combine("var", "artifacts", "bin", project, "debug", $"{project}.dll"),
            "-noColor", "-noLogo", engine ? "-trait" : "-trait-", "Category=Engine", "-xml", results);
        var ended = await command.TryRunAsync(ct);

        var counted = File.Exists(results) ? XDocument.Load(results).Descendants("assembly").ToList() : [];
        int Sum(string name) => counted.Sum(assembly => (int?)assembly.Attribute(name) ?? 0);
        var failed = Sum("failed") + Sum("errors");
        context.Tests.Add(Sum("passed"), failed, Sum("skipped"));
        return ended.ExitCode != 0 || failed > 0 ? $"{project}: {failed} failed (exit code {ended.ExitCode}); see above." : null;
    }
}
