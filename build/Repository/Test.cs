using Harbor.Frosting;
using Harbor.Pipeline.Inspect;

namespace Harbor.Pipeline.Repository;

[TaskName("Test")]
[TaskDescription("Compiles, checks and tests Harbor itself. CI runs this.")]
[TaskGroup(Groups.Machinery)]
[IsDependentOn(typeof(Lint))]
[IsDependentOn(typeof(Format))]
[IsDependentOn(typeof(TestFast))]
[IsDependentOn(typeof(TestEngine))]
public sealed class Test : FrostingTask<HarborContext>;

[TaskName("Compile")]
[TaskDescription("Compiles the solution and both kinds of host; warnings are errors.")]
[TaskGroup(Groups.Machinery)]
public sealed class Compile : AsyncFrostingTask<HarborContext>
{
    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        await context.DotNet("build", "Harbor.slnx", "-nologo", "-v", "quiet", "--tl:off").RunAsync(ct);
        if (!OperatingSystem.IsWindows())
        {
            await context.BuildHostAsync("off", ct); // Tests compare the two kinds of host.
            await context.BuildHostAsync("on", ct);
        }
    }
}

[TaskName("Format")]
[TaskDescription("Fails if 'dotnet format whitespace' would change a file.")]
[TaskGroup(Groups.Machinery)]
[IsDependentOn(typeof(Compile))]
public sealed class Format : AsyncFrostingTask<HarborContext>
{
    public override Task RunAsync(HarborContext context, CancellationToken ct) =>
        context.DotNet("format", "whitespace", "Harbor.slnx", "--verify-no-changes", "--no-restore").RunAsync(ct);
}

/// <summary>Expands into one task for each test project; they run in parallel.</summary>
[TaskName("TestFast")]
[TaskDescription("Runs the tests that need no container engine.")]
[TaskGroup(Groups.Machinery)]
[TestOptions]
[IsDependentOn(typeof(Compile))]
public sealed class TestFast : FrostingTask<HarborContext>
{
    public override IEnumerable<StepTask> Expand(HarborContext context) =>
        [.. TestRun.Projects.Select(project => TestRun.Task(context, project, needsEngine: false))];
}

/// <summary>Runs after the fast tests, so that their failures are reported first.</summary>
[TaskName("TestEngine")]
[TaskDescription("Runs the tests against real containers.")]
[TaskGroup(Groups.Machinery)]
[TestOptions]
[IsDependentOn(typeof(TestFast))]
public sealed class TestEngine : FrostingTask<HarborContext>
{
    public override IEnumerable<StepTask> Expand(HarborContext context) =>
        [.. TestRun.ProjectsWithEngine.Select(project => TestRun.Task(context, project, needsEngine: true))];
}

public sealed class TestOptionsAttribute : TaskOptionsAttribute
{
    public override IReadOnlyList<TaskOptionAttribute> Options { get; } = [new("exhaustive", "Also run the tests that take long")];
}
