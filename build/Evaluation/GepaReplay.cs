using Harbor.Frosting;
using Harbor.Optimization.Replay;

namespace Harbor.Pipeline.Evaluation;

[TaskName("GepaReplay")]
[TaskDescription("Plays a run of the optimiser, event for event.")]
[TaskGroup(Groups.Evaluations)]
[TaskAlias("gepa replay")]
[ReadOnly]
[PrintsResult]
[TakesWords("--problem hash --run FILE --output FILE [--state DIR] [--max-iterations N]", CommandAfter = 0)]
[Reads("a configuration and a seed candidate, as JSON")]
[Leaves("the run so far in the output; with --state, a state from which the next call goes on")]
[Example("gepa replay --problem hash --run run.json --output played.json")]
public sealed class GepaReplay : AsyncFrostingTask<HarborContext>
{
    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        using var problems = new StringWriter();
        if (await ReplayCommand.RunAsync(context.Settings.Words, problems, ct) is not 0)
        {
            throw new InvalidStackException(problems.ToString().TrimEnd());
        }
    }
}
