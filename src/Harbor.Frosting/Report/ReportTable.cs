using System.Globalization;
using System.Text;

namespace Harbor.Frosting;

/// <summary>Formats the report of a run: task, status, duration and reason, then the total and the critical path.</summary>
internal static class ReportTable
{
    private const int LongestReason = 100;

    public static string Format(RunReport report, bool ansi)
    {
        var rows = report.Tasks
            .Where(task => task.Outcome is not (TaskOutcome.Delegated or TaskOutcome.Blocked)
                || report.Targets.Contains(task.Name, StringComparer.OrdinalIgnoreCase))
            .ToList();
        var width = rows.Select(row => row.Name.Length).Append("Task".Length).Max() + 2;
        var text = new StringBuilder("\n");
        Line(text, width, "Task", "Status", "Duration", null);
        text.Append('-', width + 24).Append('\n');
        foreach (var row in rows)
        {
            var status = ansi ? Coloured(row.Outcome) : Status(row.Outcome);
            Line(text, width, row.Name, status, HasRun(row) ? Duration(row.Duration) : "", row.Reason);
        }

        if (report.Tasks.Where(task => task.Outcome == TaskOutcome.Blocked && !rows.Contains(task)).ToList() is { Count: > 0 } blocked)
        {
            text.Append(CultureInfo.InvariantCulture, $"Not run: {string.Join(", ", blocked.Select(task => task.Name))}\n");
        }

        text.Append('-', width + 24).Append('\n');
        Line(text, width, "Total", "".PadRight(StatusWidth), Duration(report.Duration), null);
        if (report.CriticalPath.Count > 1)
        {
            var chain = string.Join(" -> ", report.CriticalPath.Select(task => task.Name));
            var total = TimeSpan.Zero;
            foreach (var task in report.CriticalPath)
            {
                total += task.Duration;
            }

            text.Append(CultureInfo.InvariantCulture, $"Critical path: {chain} ({Duration(total)})\n");
        }

        return text.ToString();
    }

    public static string Duration(TimeSpan duration) => duration.TotalSeconds switch
    {
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.00} s"),
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.0} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)duration.TotalMinutes}:{duration.Seconds:00} min"),
    };

    private const int StatusWidth = 12;

    private static bool HasRun(TaskResult task) =>
        task.Outcome is not (TaskOutcome.Skipped or TaskOutcome.Blocked) && task.Duration > TimeSpan.Zero;

    private static string Status(TaskOutcome outcome) => (outcome switch
    {
        TaskOutcome.UpToDate => "Up to date",
        TaskOutcome.Blocked => "Skipped",
        TaskOutcome.Tolerated => "Failed (ok)",
        _ => outcome.ToString(),
    }).PadRight(StatusWidth);

    private static string Coloured(TaskOutcome outcome) => outcome switch
    {
        TaskOutcome.Failed or TaskOutcome.Cancelled => $"\e[31m{Status(outcome)}\e[0m",
        TaskOutcome.Tolerated or TaskOutcome.Blocked => $"\e[33m{Status(outcome)}\e[0m",
        TaskOutcome.Executed => $"\e[32m{Status(outcome)}\e[0m",
        _ => $"\e[90m{Status(outcome)}\e[0m",
    };

    private static void Line(StringBuilder text, int width, string name, string status, string duration, string? reason)
    {
        text.Append(name.PadRight(width)).Append(status.PadRight(StatusWidth)).Append(duration.PadLeft(12));
        if (!string.IsNullOrEmpty(reason))
        {
            text.Append("  ").Append(reason.Length > LongestReason ? $"{reason.AsSpan(0, LongestReason - 3)}..." : reason);
        }

        while (text[^1] == ' ')
        {
            text.Length--;
        }

        text.Append('\n');
    }
}
