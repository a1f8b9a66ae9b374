namespace Harbor.Frosting;

/// <summary>Work that goes on while nothing is printed.</summary>
/// <param name="Subject">What it works on, such as a service.</param>
/// <param name="Doing">As in "web: building". <c>waiting</c> is printed as "Waiting for web".</param>
/// <param name="Detail">Is printed behind the time.</param>
public sealed record OngoingWork(string Subject, string Doing, TimeSpan Elapsed, string? Detail = null)
{
    private const int MaxLines = 8;
    private const int MaxDetail = 100;
    private const string Waiting = "waiting";

    /// <summary>
    /// One line for everything of which the same is to be said: <c>web: building, 20 s; step 5/9</c>, <c>Waiting for db, cache: 30 s</c>.
    /// </summary>
    internal static IEnumerable<string> Lines(IReadOnlyList<OngoingWork> works) =>
        Cut(works.GroupBy(work => (work.Doing, work.Detail)).Select(same => Line(
            string.Join(", ", same.Select(work => work.Subject)), same.Key.Doing, same.Max(work => work.Elapsed), same.Key.Detail)));

    /// <summary>One line for each subject, in columns that fit the width.</summary>
    internal static IEnumerable<string> LiveLines(IReadOnlyList<OngoingWork> works, int width, bool ansi)
    {
        var subjects = works.Max(work => work.Subject.Length);
        var doings = works.Max(work => work.Doing.Length);
        return Cut(works.Select(work =>
        {
            var time = Time(work.Elapsed);
            var text = Fit($"{work.Subject.PadRight(subjects)}  {work.Doing.PadRight(doings)}  {time,6}  {work.Detail}", width - 1);
            return ansi && text.Length > subjects ? $"{text[..subjects]}\e[36m{text[subjects..]}\e[0m" : text;
        }));
    }

    private static string Line(string subjects, string doing, TimeSpan elapsed, string? detail) =>
        $"{(doing == Waiting ? $"Waiting for {subjects}: " : $"{subjects}: {doing}, ")}{Time(elapsed)}"
        + (detail is null ? "" : $"; {Fit(detail, MaxDetail)}");

    private static List<string> Cut(IEnumerable<string> lines)
    {
        var all = lines.ToList();
        return all.Count <= MaxLines ? all : [.. all.Take(MaxLines - 1), $"and {all.Count - MaxLines + 1} more"];
    }

    /// <summary>Without control characters, which could move the cursor.</summary>
    private static string Fit(string text, int length)
    {
        text = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).TrimEnd();
        return text.Length <= length ? text : length > 1 ? $"{text[..(length - 1)]}…" : "";
    }

    private static string Time(TimeSpan time) =>
        time.TotalSeconds < 120 ? $"{(int)time.TotalSeconds} s" : $"{(int)time.TotalMinutes} min {time.Seconds} s";
}
