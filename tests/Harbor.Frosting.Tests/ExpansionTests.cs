using Harbor.Frosting.Tests.Doubles;

namespace Harbor.Frosting.Tests;

public sealed class ExpansionTests
{
    private readonly TestHost _test = new();

    public ExpansionTests() => _test.Host
        .AddTask<Prepare>().AddTask<Announce>().AddTask<Hooks>().AddTask<Deploy>().AddTask<Test>();

    [Fact]
    public void Steps_wait_for_what_their_task_waits_for_and_their_task_waits_for_them()
    {
        Assert.Equal(0, _test.Run("--target=Deploy", "--parallel=1"));

        Assert.Equal("Announce Prepare Hook:b Hook:a Hooks Deploy tidy", _test.Journal.ToString());
    }

    [Fact]
    public void A_step_can_be_a_target_and_brings_only_what_it_needs()
    {
        _test.Host.AddTask<Broken>();

        _test.Run("--target=Hook:b", "--parallel=1");

        Assert.Equal(["Announce", "Prepare", "Hook:b"], _test.Report!.Tasks.Select(task => task.Name));
    }

    [Fact]
    public void Only_reached_tasks_are_expanded()
    {
        _test.Host.AddTask<Broken>();

        Assert.Equal(0, _test.Run("--target=Test"));
    }

    [Fact]
    public void An_error_in_expand_is_classified_before_anything_runs()
    {
        _test.Host.AddTask<Broken>();

        Assert.Equal(2, _test.Run("--target=Deploy", "--target=Broken"));

        Assert.Equal("etc/harbor.yaml:1:1: broken\n", _test.Error);
        Assert.Empty(_test.Journal.Entries);
        Assert.Equal((2, "etc/harbor.yaml:1:1: broken"), (_test.Report!.ExitCode, _test.Report.Error));
    }

    [Fact]
    public void Exclusive_runs_a_target_with_its_own_steps_alone()
    {
        _test.Run("--target=Hooks", "--exclusive", "--parallel=1");

        Assert.Equal("Hook:b Hook:a Hooks tidy", _test.Journal.ToString());
    }

    [Fact]
    public void Wrong_steps_are_refused_all_at_once()
    {
        _test.Host.AddTask<Wrong>();

        Assert.Equal(2, _test.Run("--target=Wrong"));

        Assert.Equal("""
            Two tasks are called 'prepare': a written task and a step of 'Wrong'.
            Two tasks are called 'Hook:a': a step of 'Wrong' and a step of 'Hooks'.
            Task 'loose' is dependent on task 'Hook:c' which does not exist. Did you mean 'Hook:A'?
            Circular dependency: x -> y -> x

            """, _test.Error);
    }

    [Theory]
    [InlineData("Last:step Last", "--target=Last")]
    [InlineData("Hooks Last:step Last", "--target=Both")]
    public void A_task_and_its_steps_wait_for_one_that_they_do_not_need(string order, params string[] args)
    {
        _test.Host.AddTask<Last>().AddTask<Both>();

        Assert.Equal(0, _test.Run(["--parallel=1", .. args]));

        Assert.Equal(
            order.Split(' '), _test.Journal.Entries.Where(name => name is "Hooks" or "Last:step" or "Last"));
    }

    [Fact]
    public void The_tree_shows_the_steps_of_the_target_each_task_once()
    {
        Assert.Equal(0, _test.Run("--tree", "--target=Hooks"));

        Assert.Equal("""
            Hooks
            ├─Announce
            ├─Prepare
            ├─Hook:a
            │ └─Hook:b
            └─tidy

            """, _test.Output);
    }

    private sealed class Prepare : FrostingTask<Doubles.TestContext>
    {
        public override void Run(Doubles.TestContext context) => context.Journal.Add("Prepare");
    }

    /// <summary>Attached to Hooks from outside.</summary>
    [IsDependeeOf(typeof(Hooks))]
    private sealed class Announce : FrostingTask<Doubles.TestContext>
    {
        public override void Run(Doubles.TestContext context) => context.Journal.Add("Announce");
    }

    [IsDependentOn(typeof(Prepare))]
    private sealed class Hooks : FrostingTask<Doubles.TestContext>
    {
        public override IEnumerable<StepTask> Expand(Doubles.TestContext context) =>
        [
            Step(context, "Hook:a") with { DependsOn = ["Hook:b"] },
            Step(context, "Hook:b"),
            Step(context, "tidy") with { Cleanup = true },
        ];

        public override void Run(Doubles.TestContext context) => context.Journal.Add("Hooks");
    }

    [IsDependentOn(typeof(Hooks))]
    private sealed class Deploy : FrostingTask<Doubles.TestContext>
    {
        public override void Run(Doubles.TestContext context) => context.Journal.Add("Deploy");
    }

    [RunsAfter(typeof(Hooks))]
    private sealed class Last : FrostingTask<Doubles.TestContext>
    {
        public override IEnumerable<StepTask> Expand(Doubles.TestContext context) => [Step(context, "Last:step")];

        public override void Run(Doubles.TestContext context) => context.Journal.Add("Last");
    }

    [IsDependentOn(typeof(Last))]
    [IsDependentOn(typeof(Hooks))]
    private sealed class Both : FrostingTask<Doubles.TestContext>;

    private sealed class Broken : FrostingTask<Doubles.TestContext>
    {
        public override IEnumerable<StepTask> Expand(Doubles.TestContext context) =>
            throw new WrongInputException("etc/harbor.yaml:1:1: broken");
    }

    private sealed class Test : FrostingTask<Doubles.TestContext>;

    [IsDependentOn(typeof(Hooks))]
    private sealed class Wrong : FrostingTask<Doubles.TestContext>
    {
        public override IEnumerable<StepTask> Expand(Doubles.TestContext context) =>
        [
            Step(context, "prepare"),
            Step(context, "Hook:A"),
            Step(context, "loose") with { DependsOn = ["Hook:c"] },
            Step(context, "x") with { DependsOn = ["y"] },
            Step(context, "y") with { DependsOn = ["x"] },
        ];
    }

    private static StepTask Step(Doubles.TestContext context, string name) => new(name, _ =>
    {
        context.Journal.Add(name);
        return Task.CompletedTask;
    });
}
