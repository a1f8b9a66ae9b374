using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Harbor.Optimization.Show;

namespace Harbor.Server.Gepa;

/// <summary>The story of a job (<see cref="StoryJson"/>) from other sides.</summary>
internal static class GepaTables
{
    /// <summary>The front of best candidates by seed, after each candidate that was kept.</summary>
    public static JsonArray ParetoHistory(JsonNode story)
    {
        var candidates = story["candidates"]!.AsArray();
        return new JsonArray([.. Enumerable.Range(1, candidates.Count).Select(count => (JsonNode)new JsonObject
        {
            ["rollouts"] = candidates[count - 1]!["rollouts"]!.DeepClone(),
            ["frontier"] = new JsonArray([.. Front(candidates.Take(count)).Select(index => (JsonNode)index)]),
            ["best_score"] = candidates.Take(count).Select(Mean).Max(),
        })]);
    }

    /// <summary>For each seed: the rewards of all candidates, the best of them, and who has it.</summary>
    public static JsonArray SeedAnalysis(JsonNode story)
    {
        var candidates = story["candidates"]!.AsArray();
        return new JsonArray([.. story["seeds"]!.AsArray().Select((seed, index) =>
        {
            var rewards = candidates.Select(candidate => Reward(candidate, index)).ToList();
            var best = rewards.Max();
            return (JsonNode)new JsonObject
            {
                ["seed"] = $"{seed}",
                ["baseline"] = rewards[0],
                ["best"] = best,
                ["best_candidates"] = new JsonArray(
                [
                    .. Enumerable.Range(0, rewards.Count).Where(at => best is not null && rewards[at] == best).Select(at => (JsonNode)at),
                ]),
                ["rewards"] = new JsonArray([.. rewards.Select(reward => (JsonNode?)reward)]),
            };
        })]);
    }

    /// <summary>A few lines for people. What is not known is a dash.</summary>
    public static string Summary(JsonNode story)
    {
        var text = new StringBuilder($"""
            best reward      {Known(story["best_reward"])} (candidate {story["best_candidate"]})
            baseline reward  {Known(story["baseline_reward"])}
            candidates       {story["candidates"]!.AsArray().Count} kept of {story["candidates_evaluated"]}
            rollouts         {story["rollouts"]}
            ended by         {Known(story["stop_reason"])}

            """);
        var best = story["candidates"]!.AsArray().Single(candidate => $"{candidate!["candidate"]}" == $"{story["best_candidate"]}")!;
        foreach (var (component, content) in best["texts"]!.AsObject())
        {
            text.Append(CultureInfo.InvariantCulture, $"\n--- {component}\n{content}\n");
        }

        return text.ToString();
    }

    private static IEnumerable<int> Front(IEnumerable<JsonNode?> candidates)
    {
        var all = candidates.ToList();
        var seeds = all[0]!["rewards"]!.AsArray().Count;
        var best = Enumerable.Range(0, seeds).Select(seed => all.Select(candidate => Reward(candidate, seed)).Max()).ToList();
        return Enumerable.Range(0, all.Count)
            .Where(index => Enumerable.Range(0, seeds).Any(seed => best[seed] is not null && Reward(all[index], seed) == best[seed]));
    }

    private static double? Reward(JsonNode? candidate, int seed) => (double?)candidate!["rewards"]!.AsArray()[seed];

    private static double? Mean(JsonNode? candidate) => (double?)candidate!["mean_reward"];

    private static string Known(JsonNode? value) => value is null ? "-" : $"{value}";
}
