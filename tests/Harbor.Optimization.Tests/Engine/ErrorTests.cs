using Harbor.Optimization.Doubles;
using Harbor.Optimization.Events;
using Harbor.Optimization.Replay;

namespace Harbor.Optimization.Engine;

public sealed class ErrorTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_error_of_the_adapter_ends_the_run_after_its_iteration_is_reported()
    {
        var (task, events) = Run(failAt: 2, raises: true); // The seed, the parent, then the child fails.
        Assert.Equal("sandbox 3", (await Assert.ThrowsAsync<InvalidOperationException>(() => task)).Message);

        Assert.Equal(["budget_updated", "reflective_dataset_built", "proposal_start", "proposal_end", "evaluation_start", "error",
            "iteration_end"],
            events.TakeLast(7).Select(happened => happened.Name));
        Assert.False(events.OfType<ErrorEvent>().Single().WillContinue);
    }

    [Fact]
    public async Task A_survived_error_costs_its_iteration_alone()
    {
        var (task, events) = Run(failAt: 2, raises: false);
        var result = await task;

        Assert.True(result.Members.Count > 1);
        Assert.True(events.OfType<ErrorEvent>().Single().WillContinue);
        Assert.Equal(1, events.OfType<ErrorEvent>().Single().Iteration);
        Assert.False(events.OfType<IterationEnd>().First().ProposalAccepted);
    }

    [Fact]
    public async Task An_error_before_anything_was_spent_is_never_survived()
    {
        var (task, _) = Run(failAt: 1, raises: false); // Else the run would never end.
        await Assert.ThrowsAsync<InvalidOperationException>(() => task);
    }

    [Fact]
    public async Task A_model_that_fails_drops_the_proposal_in_python_mode()
    {
        var run = ReplayRun.Parse(Data.RunFile("000"));
        var events = new List<GepaEvent>();
        var result = await GepaEngine.RunAsync(run.Options, run.Problem, new Broken(), [new Listener(events.Add)], Ct);

        Assert.Single(result.Members);
        Assert.DoesNotContain(events, happened => happened is ProposalEnd or ErrorEvent or ProposalFailed);
        Assert.Equal(38, result.Iterations); // 114 calls, 3 for each parent.
    }

    private static (Task<GepaResult> Task, List<GepaEvent> Events) Run(int failAt, bool raises)
    {
        var run = ReplayRun.Parse(Data.RunFile("000"));
        var events = new List<GepaEvent>();
        var options = run.Options with { RaiseOnException = raises };
        return (GepaEngine.RunAsync(options, new Failing(run.Problem, failAt), run.Problem, [new Listener(events.Add)], Ct), events);
    }

    private sealed class Broken : IReflectionModel
    {
        public Task<Completion> CompleteAsync(string prompt, CancellationToken ct) => throw new HttpRequestException("429");
    }

    private sealed class Failing(HashProblem problem, int failAt) : IGepaAdapter
    {
        private int calls;

        public Task<IReadOnlyList<EvaluationBatch>> EvaluateAsync(
            IReadOnlyList<EvaluationRequest> requests, EvaluationContext context, CancellationToken ct) => calls++ == failAt
            ? throw new InvalidOperationException($"sandbox {calls}")
            : problem.EvaluateAsync(requests, context, ct);

        public IReadOnlyList<KeyValuePair<string, IReadOnlyList<SideInfo.Map>>> BuildReflectiveDataset(
            Candidate candidate, EvaluationRequest request, EvaluationBatch batch, IReadOnlyList<string> components) =>
            problem.BuildReflectiveDataset(candidate, request, batch, components);
    }
}
