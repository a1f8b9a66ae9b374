using Cake.Core;

namespace Harbor.Frosting;

/// <summary>
/// A written task of any context type. The host finds the class by scanning and calls its parameterless constructor.
/// </summary>
public interface IFrostingTask
{
    Task RunAsync(ICakeContext context, CancellationToken ct);

    bool ShouldRun(ICakeContext context);

    string? WhyNot(ICakeContext context);

    void OnError(Exception exception, ICakeContext context);

    void Finally(ICakeContext context);

    IEnumerable<StepTask> Expand(ICakeContext context);
}
