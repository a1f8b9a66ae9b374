using System.Text;
using Harbor.Optimization;
using Harbor.Optimization.Show;
using Harbor.Server.Database;
using Harbor.Server.Gepa;
using Harbor.Server.Http;
using Harbor.Templates;

namespace Harbor.Server.Pages;

/// <summary>The texts of a candidate, or of a proposal that was not kept, and what changed in them.</summary>
internal sealed class GepaTextPages(Databases databases, Stories stories, PageRenderer pages)
{
    public void Map(PageMap map)
    {
        map.Get("/optimisations/{j}/candidates/{n:int}", CandidateAsync);
        map.Get("/optimisations/{j}/rejected/{n:int}", RejectedAsync);
    }

    private async Task<IResult> CandidateAsync(HttpContext http)
    {
        var (job, story) = await FindAsync(http);
        var candidate = At(story.Candidates, http, "candidate");
        var note = $"Mean reward {Values.Reward(candidate.Mean)}, of iteration {candidate.Iteration}, "
            + $"after {candidate.MetricCalls} rollouts.";
        return Show(http, job, story, $"Candidate {candidate.Index}", note, candidate.Parents, candidate.Texts);
    }

    private async Task<IResult> RejectedAsync(HttpContext http)
    {
        var (job, story) = await FindAsync(http);
        var refusal = At(story.Refusals, http, "proposal");
        var sums = refusal.Before is null && refusal.After is null ? ""
            : $" On the minibatch: {Values.Reward(refusal.Before)} before, {Values.Reward(refusal.After)} after.";
        return Show(http, job, story, $"Proposal of iteration {refusal.Iteration}", $"Not kept: {PlainText.Of(refusal.Reason)}.{sums}",
            refusal.Parents, refusal.Texts);
    }

    private IResult Show(
        HttpContext http, GepaJob job, RunStory story, string heading, string note, IReadOnlyList<int> parents, Candidate? texts)
    {
        var against = http.Request.Query["against"] == "seed" ? "seed" : "parent";
        (int With, IReadOnlyList<DiffLine> Lines)[] diffs = texts is null ? []
            : [.. (against == "seed" ? [0] : parents).Select(other => (other, Diff(story.Candidates[other].Texts, texts)))];
        var view = new TextsView(job, http.Request.Path, heading, note, against, diffs,
            texts is null ? [] : [.. texts.Texts.Select(text => KeyValuePair.Create(text.Key, PlainText.Of(text.Value)))]);
        return pages.Page<TextsPage>(heading, view, Viewer.Of(http));
    }

    private async Task<(GepaJob Job, RunStory Story)> FindAsync(HttpContext http)
    {
        await using var db = databases.Open();
        var job = await GepaPages.FindAsync(http, db);
        return (job, stories.Read(job) ?? throw HttpException.Conflict("not_begun", "The seed has not been evaluated yet."));
    }

    private static T At<T>(IReadOnlyList<T> all, HttpContext http, string what) =>
        int.TryParse($"{http.GetRouteValue("n")}", out var n) && n >= 0 && n < all.Count
            ? all[n] : throw HttpException.NotFound(what, $"{http.GetRouteValue("n")}");

    /// <summary>Of the components that differ.</summary>
    private static List<DiffLine> Diff(Candidate before, Candidate after) =>
    [
        .. after.Texts.Where(text => before[text.Key].TrimEnd('\n') != text.Value.TrimEnd('\n'))
            .SelectMany(text => UnifiedDiff.Create(text.Key, Lines(before[text.Key]), Lines(text.Value), same => same, hideBefore: false)
                .TrimEnd('\n').Split('\n').Select(Line)),
    ];

    /// <summary>Texts of prompts seldom end with a newline; that is no change to tell of.</summary>
    private static byte[] Lines(string text) => Encoding.UTF8.GetBytes(text.EndsWith('\n') ? text : text + "\n");

    private static DiffLine Line(string line) => new(line switch
    {
        ['@', '@', ..] or ['-', '-', '-', ' ', ..] or ['+', '+', '+', ' ', ..] or ['\\', ..] => "where",
        ['+', ..] => "add",
        ['-', ..] => "drop",
        _ => "",
    }, PlainText.Of(line));
}
