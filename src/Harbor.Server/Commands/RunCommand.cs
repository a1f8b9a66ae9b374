using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Harbor.Deployments;
using Harbor.Deployments.Wire;

namespace Harbor.Server.Commands;

/// <summary><c>rollout run</c>: starts rollouts and waits for their rewards.</summary>
internal static class RunCommand
{
    private const int LongPoll = 30;

    public static Command Create()
    {
        var deployment = ClientOptions.Deployment();
        var seed = new Option<long[]>("--seed") { Description = "This seed; may be repeated", HelpName = "N" };
        var seeds = ClientOptions.OptionalCount("--seeds", "Seeds 0 to N - 1");
        var agent = new Option<string?>("--agent") { Description = "Who plays (default: as uploaded)", HelpName = "NAME" };
        var model = new Option<string?>("--model") { Description = "For the agent", HelpName = "NAME" };
        var timeout = ClientOptions.OptionalCount("--timeout", "Seconds for one rollout (default: the deployment's)");
        var attempts = ClientOptions.Count("--attempts", 1, "Rollouts for each seed");
        var retain = new Option<string?>("--retain") { Description = "What is kept: none, artifacts or snapshot" };
        retain.AcceptOnlyFromAmong("none", "artifacts", "snapshot");
        var command = new Command("run", "Runs a deployment once for each seed. Exit code 1 if one has no reward.")
        {
            deployment, seed, seeds, agent, model, timeout, attempts, retain,
        };
        command.SetAction((given, ct) =>
        {
            var policy = new JsonObject();
            foreach (var (name, value) in new (string, JsonNode?)[]
            {
                ("agent", given.GetValue(agent)), ("model", given.GetValue(model)), ("timeout", given.GetValue(timeout)),
            })
            {
                if (value is not null)
                {
                    policy[name] = value;
                }
            }

            IEnumerable<long> all = given.GetValue(seeds) is { } count ? Enumerable.Range(0, count).Select(i => (long)i) : [];
            long[] chosen = [.. (given.GetValue(seed) ?? []).Concat(all).Distinct()];
            var requests = (chosen.Length == 0 ? [0] : chosen)
                .SelectMany(one => Enumerable.Range(0, given.GetValue(attempts)).Select(_ => Request(one, policy, given.GetValue(retain))));
            return RunAsync(given, given.GetRequiredValue(deployment), [.. requests], ct);
        });
        return command;
    }

    private static RolloutRequest Request(long seed, JsonObject policy, string? retain) => new()
    {
        TraceCorrelationId = $"rollout-{Guid.CreateVersion7():N}",
        Env = new RolloutEnv { Seed = seed },
        Policy = new RolloutPolicy { Config = policy.DeepClone().AsObject() },
        Other = retain is null ? null
            : new Dictionary<string, JsonElement> { ["retain"] = JsonSerializer.SerializeToElement(retain, HarborJson.Default.String) },
    };

    private static async Task<int> RunAsync(
        ParseResult given, string deployment, IReadOnlyList<RolloutRequest> requests, CancellationToken ct)
    {
        var rollouts = new HarborRollouts(given.Connect());
        var submitted = new List<string>();
        try
        {
            foreach (var request in requests)
            {
                submitted.Add((await rollouts.SubmitAsync(deployment, request, ct)).RolloutId);
            }

            var ended = new List<HarborRollout>();
            foreach (var id in submitted)
            {
                HarborRollout rollout;
                do
                {
                    rollout = await rollouts.GetAsync(id, LongPoll, ct);
                }
                while (!RolloutStates.IsFinal(rollout.Status));

                ended.Add(rollout);
                var reward = Rows.Reward(rollout.Reward);
                given.Say($"{ended.Count} of {submitted.Count}: seed {rollout.Seed} {rollout.Status}, reward {reward}");
            }

            var answer = new RolloutList { Rollouts = ended, Total = ended.Count };
            given.Print(answer, HarborJson.Default.RolloutList, output => RolloutCommands.Write(output, ended));
            return ended.TrueForAll(rollout => rollout.Reward is not null) ? 0 : 1;
        }
        catch (OperationCanceledException)
        {
            foreach (var id in submitted)
            {
                given.Say($"It goes on at the server; cancel it: ./harbor rollout cancel {id}");
            }

            throw;
        }
    }
}
