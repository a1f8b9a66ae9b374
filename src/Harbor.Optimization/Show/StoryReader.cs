using System.Globalization;
using System.Text.Json;
using Harbor.Optimization.Journal;

namespace Harbor.Optimization.Show;

/// <summary>Gathers a story from the events of a journal.</summary>
internal sealed class StoryReader
{
    private readonly SortedDictionary<int, StoryCandidate> candidates = [];
    private readonly List<StoryRefusal> refusals = [];
    private readonly List<StoryPoint> curve = [];
    private readonly List<HoldOutScore> holdOut = [];
    private readonly SortedDictionary<int, string> examples = [];
    private int iterations;
    private int calls;
    private int evaluated = 1;
    private int? best;
    private string? stopReason;

    public RunStory Read(JournalReader journal)
    {
        foreach (var line in journal.Lines())
        {
            switch (line.Kind())
            {
                case "e":
                    Event(line.GetProperty("n").GetString()!, line.GetProperty("p"), line.GetProperty("x"));
                    break;
                case "r" when Number(line, "g") == 0 && Number(line, "r") == 0:
                    examples[Number(line, "p")] = line.GetProperty("example").GetString()!;
                    break;
                case "g" when Number(line, "g") == 0:
                    foreach (var example in line.GetProperty("batches")[0].GetProperty("examples").EnumerateArray())
                    {
                        examples[examples.Count] = example.GetString()!;
                    }

                    break;
                case "more":
                    (best, stopReason) = (null, null); // The end was not the end.
                    break;
                default:
                    break;
            }
        }

        if (candidates.Count == 0)
        {
            throw new JournalException("The run has no candidate yet: its seed has not been evaluated.");
        }

        StoryCandidate[] all = [.. candidates.Values];
        return new RunStory
        {
            Candidates = all,
            Refusals = refusals,
            Curve = curve,
            HoldOut = holdOut,
            Examples = [.. Enumerable.Range(0, all[0].Scores.Count)
                .Select(id => examples.GetValueOrDefault(id) ?? id.ToString(CultureInfo.InvariantCulture))],
            Best = best ?? Leader(all),
            Iterations = iterations,
            MetricCalls = calls,
            StopReason = stopReason,
            Evaluated = evaluated,
        };
    }

    private static int Leader(IReadOnlyList<StoryCandidate> all) => all
        .OrderByDescending(candidate => candidate.Scores.Count(score => score is not null))
        .ThenByDescending(candidate => candidate.Mean).ThenBy(candidate => candidate.Index).First().Index;

    private void Event(string name, JsonElement payload, JsonElement extras)
    {
        iterations = payload.TryGetProperty("iteration", out var iteration) ? Math.Max(iterations, iteration.GetInt32()) : iterations;
        switch (name)
        {
            case "valset_evaluated":
                Evaluated(payload, extras);
                break;
            case "budget_updated":
                calls = Number(payload, "metric_calls_used");
                Point();
                break;
            case "proposal_end" or "merge_attempted":
                evaluated++;
                break;
            case "candidate_rejected":
                Refuse(payload, Numbers(extras, "parent_ids"), payload.GetProperty("reason").GetString()!, extras,
                    Score(payload.GetProperty("old_score")), Score(payload.GetProperty("new_score")));
                break;
            case "merge_rejected":
                Refuse(payload, Numbers(payload, "parent_ids"), "merge: " + payload.GetProperty("reason").GetString(), extras);
                break;
            case "proposal_failed":
                Refuse(payload, [Number(payload, "candidate_idx")], payload.GetProperty("cause").GetString()!, null);
                break;
            case "evaluation_skipped":
                Refuse(payload, [Number(payload, "candidate_idx")], $"skipped: {payload.GetProperty("reason").GetString()}", null);
                break;
            case "hold_out_evaluated":
                holdOut.Add(new HoldOutScore(
                    Number(payload, "candidate_idx"), [.. payload.GetProperty("scores").EnumerateArray().Select(Score)]));
                break;
            case "optimization_end":
                (best, calls) = (Number(payload, "best_candidate_idx"), Number(payload, "total_metric_calls"));
                stopReason = extras.GetProperty("stop_reason").GetString();
                break;
            default:
                break;
        }
    }

    private void Evaluated(JsonElement payload, JsonElement extras)
    {
        var index = Number(payload, "candidate_idx");
        var scores = new double?[Number(payload, "total_valset_size")];
        foreach (var score in payload.GetProperty("scores_by_val_id").EnumerateObject())
        {
            scores[int.Parse(score.Name, CultureInfo.InvariantCulture)] = Score(score.Value);
        }

        calls = index == 0 && calls == 0 ? Number(payload, "num_examples_evaluated") : calls;
        candidates[index] = new StoryCandidate(
            index, Number(payload, "iteration"), Texts(extras)!, Numbers(payload, "parent_ids"), scores,
            Score(payload.GetProperty("average_score")), candidates.GetValueOrDefault(index)?.MetricCalls ?? calls);
        Point();
    }

    private void Point()
    {
        var point = new StoryPoint(calls, candidates.Count == 0 ? null : candidates[Leader([.. candidates.Values])].Mean);
        if (curve.Count > 0 && curve[^1].MetricCalls == calls)
        {
            curve[^1] = point;
        }
        else
        {
            curve.Add(point);
        }
    }

    private void Refuse(
        JsonElement payload, IReadOnlyList<int> parents, string reason, JsonElement? extras, double? before = null, double? after = null) =>
        refusals.Add(new StoryRefusal(Number(payload, "iteration"), parents, reason, before, after, extras is { } map ? Texts(map) : null));

    private static Candidate? Texts(JsonElement extras) => extras.TryGetProperty("texts", out var texts)
        ? new Candidate(texts.EnumerateObject().Select(text => KeyValuePair.Create(text.Name, text.Value.GetString()!))) : null;

    private static double? Score(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static int Number(JsonElement map, string name) => map.GetProperty(name).GetInt32();

    private static int[] Numbers(JsonElement map, string name) =>
        [.. map.GetProperty(name).EnumerateArray().Select(number => number.GetInt32())];
}
