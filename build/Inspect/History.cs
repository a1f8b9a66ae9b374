using Harbor.Frosting;
using Harbor.Runs;

namespace Harbor.Pipeline.Inspect;

[TaskName("History")]
[TaskDescription("Lists the last runs: targets, start, duration, outcome.")]
[TaskGroup(Groups.Look)]
[TaskAlias("h")]
[ReadOnly]
[Document]
[PrintsResult]
[TaskOption("last", "How many runs to list (default 20)", Value = "N")]
[TaskOption("failed", "Only runs that did not succeed")]
[TaskOption("id", "All of one run: its tasks, times and errors", Value = "ID")]
[Example("history --failed --last=5")]
public sealed class History : FrostingTask<HarborContext>
{
    private const int LongestReason = 70;

    public override void Run(HarborContext context)
    {
        var runs = Chosen(context).ToList();
        if (context.Settings.Json)
        {
            context.WriteDocument(RunHistory.ToJson(runs));
            return;
        }

        context.Say(runs.Count > 0 ? List(runs, context.Scope.Time.LocalTimeZone)
            : context.Settings.Failed ? "No run failed." : "No run is recorded yet.");
        if (context.Settings.Id is not null)
        {
            context.Say($"\n{Details(runs[0])}");
        }
    }

    /// <exception cref="InvalidStackException">No run has the id.</exception>
    private static IEnumerable<RunEntry> Chosen(HarborContext context)
    {
        if (context.Settings.Id is not { } id)
        {
            return RunHistory.Read(context.Paths, RunHistory.MaxEntries)
                .Where(run => !context.Settings.Failed || run.ExitCode != 0).Take(context.Settings.Last);
        }

        var all = RunHistory.Read(context.Paths, RunHistory.MaxEntries).ToList();
        return all.Find(run => run.Id.Equals(id, StringComparison.OrdinalIgnoreCase)) is { } found ? [found]
            : throw new InvalidStackException($"--id {id}: no run has this id.{Nearest.Hint(id, all.Select(run => run.Id))}");
    }

    private static string List(IEnumerable<RunEntry> runs, TimeZoneInfo zone) => Table.Format(
        ["STARTED", "TARGETS", "OUTCOME", "SECONDS", "COMMIT", "ID", "REASON"],
        runs.Select(run => (string[])[
            $"{TimeZoneInfo.ConvertTime(run.Started, zone):yyyy-MM-dd HH:mm:ss zzz}", string.Join(' ', run.Targets),
            run.Outcome, $"{run.Seconds:0.0}", run.Commit?[..Math.Min(8, run.Commit.Length)] ?? "", run.Id, Reason(run)]));

    private static string Details(RunEntry run) =>
        $"Arguments: {string.Join(' ', run.Arguments)}\n\n" + Table.Format(
            ["TASK", "STATUS", "SECONDS", "ERROR"],
            run.Tasks.Select(task => (string[])[
                task.Name, task.Status, $"{task.Seconds:0.00}", task.Error is null ? "" : Headline.Of(task.Error)]));

    private static string Reason(RunEntry run)
    {
        var error = run.Tasks.FirstOrDefault(task => task.Error is not null)?.Error is { } message ? Headline.Of(message) : "";
        return error.Length > LongestReason ? $"{error[..(LongestReason - 1)]}…" : error;
    }
}
