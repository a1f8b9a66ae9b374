using Harbor.Frosting;

namespace Harbor.Pipeline.Evaluation;

/// <summary>A command of the evaluations' program that needs no server; its options are the target's. The provider <c>fake</c> is compiled
/// first.</summary>
/// <param name="command">The program's word.</param>
/// <param name="options">Those with a value.</param>
public abstract class EvaluationInOne(string command, params string[] options) : AsyncFrostingTask<HarborContext>
{
    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var given = options.Where(context.Arguments.HasArgument)
            .SelectMany(option => (string[])[$"--{option}", context.Arguments.GetArguments(option).Last()]);
        string[] json = context.Arguments.GetArguments("json").LastOrDefault() == "true" ? ["--json"] : [];
        string[] fake = context.Arguments.GetArguments("provider").LastOrDefault() == "fake"
            ? ["--fake-llm", await FakeLlm.EnsureAsync(context, ct)] : [];
        await ServerProgram.RunAsync(context, [command, .. given, .. fake, .. json], ct);
    }
}
