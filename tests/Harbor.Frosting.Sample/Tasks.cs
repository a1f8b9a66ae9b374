using Cake.Common.Diagnostics;
using Cake.Common.IO;
using Cake.Core;

namespace Harbor.Frosting.Sample;

public sealed class WrongInputException(string message) : Exception(message);

public sealed class SampleContext(ICakeContext context) : FrostingContext(context)
{
    public IReadOnlyList<string> Services => Arguments.GetArgument("services")?.Split(',') ?? ["web", "db"];
}

[TaskDescription("Nothing at all")]
[TaskName("Default")]
public sealed class Idle : FrostingTask<SampleContext>;

[TaskDescription("Print and mask")]
[Document]
public sealed class Print : FrostingTask<SampleContext>
{
    public override void Run(SampleContext context)
    {
        context.Information("password is hunter2, {0}", context.FileExists("/nowhere"));
        context.WriteDocument("{\"secret\":\"hunter2\"}");
    }
}

/// <summary>Waits until it is cancelled; says when it has begun, so that a test knows when to send a signal.</summary>
public sealed class Sleep : AsyncFrostingTask<SampleContext>
{
    public override async Task RunAsync(SampleContext context, CancellationToken ct)
    {
        context.Information("sleeping");
        await Task.Delay(TimeSpan.FromMinutes(1), ct);
    }
}

[Cleanup]
[IsDependeeOf(typeof(Sleep))]
public sealed class Tidy : FrostingTask<SampleContext>
{
    public override void Run(SampleContext context) =>
        context.Information($"tidy, cancelled: {context.CancellationToken.IsCancellationRequested}");
}

[IsDependentOn(typeof(TidySlowly))]
public sealed class SleepLonger : AsyncFrostingTask<SampleContext>
{
    public override Task RunAsync(SampleContext context, CancellationToken ct) => new Sleep().RunAsync(context, ct);
}

[Cleanup]
public sealed class TidySlowly : FrostingTask<SampleContext>
{
    public override void Run(SampleContext context)
    {
        using var killed = context.CancellationToken.Register(() => context.Information("killed"));
        context.Information("tidying slowly");
        Thread.Sleep(TimeSpan.FromMinutes(1));
    }
}

public sealed class Fail : FrostingTask<SampleContext>
{
    public override void Run(SampleContext context) => throw new InvalidOperationException("boom");
}

public sealed class Wrong : FrostingTask<SampleContext>
{
    public override void Run(SampleContext context) => throw new WrongInputException("etc/harbor.yaml:3:5: no");
}

[TaskName("Deploy")]
[TaskDescription("One task for each service")]
[IsDependentOn(typeof(Print))]
public sealed class DeployTask : FrostingTask<SampleContext>
{
    public override IEnumerable<StepTask> Expand(SampleContext context) => context.Services.Select(service =>
        new StepTask($"Service:{service}", _ =>
        {
            context.UpToDate("unchanged");
            return Task.CompletedTask;
        }));
}
