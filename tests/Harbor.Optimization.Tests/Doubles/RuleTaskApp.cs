using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Harbor.Deployments;
using Harbor.Deployments.Wire;
using Harbor.FakeLlm;

namespace Harbor.Optimization.Doubles;

/// <summary>A task app in this process: each seed has a rule, and its reward is 1 if the system prompt has the rule, else a half.</summary>
internal sealed class RuleTaskApp(int rules)
{
    private readonly ConcurrentQueue<RolloutRequest> requests = [];

    public IReadOnlyCollection<RolloutRequest> Requests => requests;

    /// <summary>null: it does not fail.</summary>
    public Func<RolloutRequest, RolloutResponse?> Instead { get; init; } = _ => null;

    public FakeScript Script { get; } = new(Enumerable.Range(0, rules).ToDictionary(
        rule => FormattableString.Invariant($"task{rule}"), rule => new FakeTask("", "", "", "", Rule(rule))));

    public LocalApiConfig Config => new()
    {
        AppId = "rules",
        Rollout = (request, _) => Task.FromResult(Run(request)),
        ProvideTaskInstances = (seeds, _) => Task.FromResult<IReadOnlyList<TaskInfo>>([.. seeds.Select(_ => new TaskInfo())]),
    };

    public static string Rule(int rule) => string.Create(CultureInfo.InvariantCulture, $"rule number {(char)('a' + rule)} holds");

    public RolloutResponse Run(RolloutRequest request)
    {
        requests.Enqueue(request);
        if (Instead(request) is { } other)
        {
            return other;
        }

        var rule = Rule((int)(request.Env!.Seed!.Value % rules));
        var prompt = (string)request.PromptTemplate!["sections"]![0]!["content"]!;
        var knows = prompt.Contains(rule, StringComparison.Ordinal);
        return new RolloutResponse
        {
            RewardInfo = new RewardInfo
            {
                OutcomeReward = knows ? 1 : 0.5,
                Details = knows ? [] : new JsonObject { ["failed"] = rule.Replace(' ', '_') },
            },
        };
    }
}
