using Harbor.Frosting;

namespace Harbor.Pipeline.Evaluation;

/// <summary>A target that passes its words on to the program of the evaluations.</summary>
/// <param name="command">Which of its commands.</param>
public abstract class EvaluationCommand(params string[] command) : AsyncFrostingTask<HarborContext>
{
    public override Task RunAsync(HarborContext context, CancellationToken ct) =>
        ServerProgram.RunAsync(context, [.. command, .. context.Settings.Words], ct);
}
