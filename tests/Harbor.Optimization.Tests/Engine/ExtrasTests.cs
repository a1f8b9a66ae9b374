using Harbor.Optimization.Doubles;
using Harbor.Optimization.Replay;
using Harbor.Optimization.Rollouts;
using Harbor.Optimization.Stopping;

namespace Harbor.Optimization.Engine;

/// <summary>What is off by default must help on a noisy problem.</summary>
public sealed class ExtrasTests
{
    private const int Runs = 100;

    [Fact]
    public async Task Rejected_edits_in_the_prompt_lead_higher_for_the_same_budget()
    {
        var plain = await NoisyProblem.FinalLevelAsync(options => options, Runs);
        var shown = await NoisyProblem.FinalLevelAsync(options => options with { ShowRejectedEdits = 3 }, Runs);

        Assert.True(shown > plain + 0.3, $"{shown} is not over {plain}");
    }

    [Fact]
    public async Task A_text_with_copied_training_data_is_refused_with_the_copied_words()
    {
        var model = new Copying();
        var adapter = new RolloutAdapter(
            (rollout, _) => Task.FromResult(RolloutResult.Scored(rollout.Candidate["text"].Length % 2) with { Trace = "seen" }),
            new RolloutOptions { RunId = "r" });
        var options = new GepaOptions
        {
            SeedCandidate = new Candidate(KeyValuePair.Create("text", "Answer.")),
            TrainSet = [new Example(
                "t", SideInfo.Of(new("question", "What is the capital of Peru?"), new("answer", "It is Lima, of course.")))],
            MinibatchSize = 1,
            MaxCopiedCharacters = 12,
            StopConditions = [new MaxProposals(1)],
            SkipPerfectScore = false,
        };
        await GepaEngine.RunAsync(options, adapter, model, [], TestContext.Current.CancellationToken);

        Assert.Equal(2, model.Prompts.Count);
        Assert.Contains("it copies training data (\" is the capi\")", model.Prompts[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Extras_are_refused_in_python_mode() => Assert.Throws<ArgumentException>(() =>
        (ReplayRun.Parse(Data.RunFile("000")).Options with { ShowRejectedEdits = 3 }).Validate());

    private sealed class Copying : IReflectionModel
    {
        public List<string> Prompts { get; } = [];

        public Task<Completion> CompleteAsync(string prompt, CancellationToken ct)
        {
            Prompts.Add(prompt);
            return Task.FromResult(
                new Completion(Prompts.Count == 1 ? "```\nIf asked: is the capital of Peru, say Lima\n```" : "```\nThink first.\n```"));
        }
    }
}
