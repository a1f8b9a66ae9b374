using Cake.Core;

namespace Harbor.Frosting;

/// <summary>What the host sees of a written task, whatever its context type: found by scanning, made by its parameterless constructor.</summary>
public interface IFrostingTask
{
    Task RunAsync(ICakeContext context, CancellationToken ct);

    bool ShouldRun(ICakeContext context);

    string? WhyNot(ICakeContext context);

    void OnError(Exception exception, ICakeContext context);

    void Finally(ICakeContext context);

    IEnumerable<StepTask> Expand(ICakeContext context);
}
