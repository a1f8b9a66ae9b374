using Harbor.Frosting;
using Harbor.Journal;

namespace Harbor.Build.Utilities;

[TaskName("History")]
[TaskDescription("The last runs: what was run, when, for how long, how it ended. --last=N.")]
public sealed class History : FrostingTask<HarborContext>
{
    public override void Run(HarborContext context)
    {
        var runs = RunHistory.Read(context.Paths, context.Settings.Last).ToList();
        if (context.Settings.Json)
        {
            context.WriteDocument(RunHistory.ToJson(runs));
            return;
        }

        context.Console.WriteLine("{0}", runs.Count == 0
            ? "Nothing was run here yet."
            : Table.Format(
                ["STARTED (UTC)", "TARGETS", "OUTCOME", "SECONDS", "COMMIT", "ID"],
                runs.Select(run => (string[])[
                    $"{run.Started.UtcDateTime:yyyy-MM-dd HH:mm:ss}", string.Join(' ', run.Targets), run.Outcome, $"{run.Seconds:0.0}", run.Commit?[..Math.Min(8, run.Commit.Length)] ?? "", run.Id])));
    }
}
