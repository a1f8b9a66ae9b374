using Harbor.Optimization.Doubles;
using Harbor.Optimization.Events;
using Harbor.Optimization.Replay;
using Harbor.Optimization.Stopping;

namespace Harbor.Optimization.Engine;

public sealed class ReflectionTests
{
    private const string Good = "```\nnew text {task}\n```";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<Completion, string> Useless => new()
    {
        { new("   "), "the answer was empty" },
        { new("```\n```"), "the answer was empty" },
        { new("") { Refusal = "I can't help" }, "the model refused (I can't help)" },
        { new("sorry", "content_filter"), "the model refused (content_filter)" },
        { new("```\nhalf", "length"), "cut off at the output limit" },
        { new("Here:\n```\nhalf of a te"), "ends inside a ``` block" },
        { new("<think>hm ```x``` hm"), "ends inside a think tag" },
        { new("```\nbase sys\n```"), "the text was not changed" },
        { new("```\nno wildcard\n```"), "it lacks the required {task}" },
        { new($"```\n{{task}} {new string('x', 400)}\n```"), "at most 50 are allowed" },
    };

    [Theory]
    [MemberData(nameof(Useless))]
    public async Task A_useless_answer_is_asked_again_once_with_its_reason_and_is_never_a_candidate(Completion useless, string reason)
    {
        var model = new Script(useless, new(Good));
        var (result, events) = await RunAsync(model, 1);

        Assert.Equal(2, model.Prompts.Count);
        Assert.StartsWith(model.Prompts[0], model.Prompts[1], StringComparison.Ordinal);
        Assert.Contains(reason, model.Prompts[1][model.Prompts[0].Length..], StringComparison.Ordinal);
        Assert.Equal("new text {task}", Assert.Single(events.OfType<ProposalEnd>()).Texts[0].Value);
        Assert.Equal(2, events.OfType<ProposalEnd>().Single().Reflections.Count);
        Assert.DoesNotContain(result.Members, member => member.Candidate["sys"] == "base sys" && member.Parents.Count > 0);
    }

    [Fact]
    public async Task A_proposal_fails_after_the_second_useless_answer_and_the_next_prompt_says_why()
    {
        var model = new Script(new("```\na\n```"), new("```\nb\n```"), new(Good));
        var (_, events) = await RunAsync(model, 2);

        var failed = Assert.Single(events.OfType<ProposalFailed>());
        Assert.Contains("it lacks the required {task}", failed.Cause, StringComparison.Ordinal);
        Assert.Equal(2, failed.Reflections.Count);
        Assert.Contains("could not be used: it lacks the required {task}", model.Prompts[2], StringComparison.Ordinal);
        Assert.DoesNotContain(events.OfType<EvaluationStart>(), start => start.Iteration == 1 && start.Candidate is null);
    }

    [Fact]
    public async Task Five_iterations_of_refusals_fail_the_run()
    {
        var model = new Script([.. Enumerable.Repeat(new Completion("no", "refusal"), 20)]);
        var error = await Assert.ThrowsAsync<GepaFailedException>(() => RunAsync(model, 50));

        Assert.Equal("the model refused (refusal)", error.Cause);
        Assert.Equal(10, model.Prompts.Count);
    }

    [Fact]
    public async Task A_model_that_throws_is_asked_again_and_its_words_are_the_cause()
    {
        var model = new Script([]);
        var error = await Assert.ThrowsAsync<GepaFailedException>(() => RunAsync(model, 50));

        Assert.Contains("the script has ended", error.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_thought_before_the_answer_is_not_part_of_it()
    {
        var (_, events) = await RunAsync(new Script(new Completion("<think>a ``` b</think>\n" + Good)), 1);
        Assert.Equal("new text {task}", Assert.Single(events.OfType<ProposalEnd>()).Texts[0].Value);
    }

    [Fact]
    public async Task A_budget_in_dollars_ends_the_run_and_an_unknown_price_is_an_error()
    {
        var priced = new Script([.. Enumerable.Range(0, 9).Select(i => new Completion($"```\n{{task}} {i}\n```", Cost: 0.4m))]);
        var (result, _) = await RunAsync(priced, new MaxReflectionCost(1m));
        Assert.Equal("reflection cost: $1", result.StopReason);
        Assert.Equal(1.2m, result.ReflectionCost);

        await Assert.ThrowsAsync<BudgetException>(() => RunAsync(new Script(new Completion(Good)), new MaxReflectionCost(1m)));
        await Assert.ThrowsAsync<BudgetException>(() => RunAsync(priced, new MaxSpend(1m))); // The problem's rollouts have no price.
    }

    private static Task<(GepaResult Result, List<GepaEvent> Events)> RunAsync(Script model, int iterations) =>
        RunAsync(model, new MaxProposals(iterations));

    private static async Task<(GepaResult Result, List<GepaEvent> Events)> RunAsync(Script model, IStopCondition stop)
    {
        var run = ReplayRun.Parse(Data.RunFile("000"));
        var options = run.Options with
        {
            Mode = GepaMode.Native,
            MaxMetricCalls = null,
            StopConditions = [stop],
            TextRules = new(MaxTokens: 50) { Wildcards = new Dictionary<string, IReadOnlyList<string>> { ["sys"] = ["{task}"] } },
        };
        var events = new List<GepaEvent>();
        return (await GepaEngine.RunAsync(options, run.Problem, model, [new Listener(events.Add)], Ct), events);
    }

    private sealed class Script(params IReadOnlyList<Completion> answers) : IReflectionModel
    {
        public List<string> Prompts { get; } = [];

        public Task<Completion> CompleteAsync(string prompt, CancellationToken ct)
        {
            Prompts.Add(prompt);
            return Prompts.Count <= answers.Count
                ? Task.FromResult(answers[Prompts.Count - 1])
                : throw new InvalidOperationException("the script has ended");
        }
    }
}
