using Harbor.Frosting.Tests.Doubles;

namespace Harbor.Frosting.Tests;

/// <summary>Options, and what else a target says of itself by attributes.</summary>
public sealed class TaskOptionTests
{
    private readonly TestHost _test = new();

    public TaskOptionTests() => _test.Host
        .AddTask<Deploy>().AddTask<Select>().AddTask<Destroy>().AddTask<Look>().AddTask<Secrets>().AddTask<Tidy>()
        .AddOption("first", "Looks first", runsFirst: "Look");

    [Theory]
    [InlineData("--target=Deploy", "--profile=small")] // Of a task that it depends on.
    [InlineData("--target=Deploy", "--tidy")] // Of a task that makes itself a part of it.
    [InlineData("--target=Destroy", "--target=Deploy", "--volumes", "--profile=small")]
    [InlineData("--target=Step:one", "--profile=small")] // Of the task that expands into it.
    [InlineData("--target=Deploy", "--output=json")]
    [InlineData("--help", "--volumes")]
    public void A_run_takes_the_options_of_all_that_its_targets_reach(params string[] args) => Assert.Equal(0, _test.Run(args));

    [Fact]
    public void An_option_that_no_target_takes_is_refused_with_those_that_do_and_with_all_else_that_is_wrong()
    {
        Assert.Equal(2, _test.Run("--target=deploy", "--volumes", "--zebra", "--last=3"));

        Assert.Equal(
            """
            Unknown option '--zebra'.
            --volumes: Deploy does not take it. Targets that do: Destroy.
            --last: Deploy does not take it. Targets that do: Look.

            """.ReplaceLineEndings("\n"),
            _test.Error);
        Assert.Empty(_test.Journal.Entries);
    }

    [Theory]
    [InlineData("--volumes: Step:one does not take it. Targets that do: Destroy.\n", "--target=Step:one", "--volumes")]
    [InlineData("--volumes: Deploy and Look do not take it. Targets that do: Destroy.\n", "deploy", "--target=look", "--volumes")]
    [InlineData("--volumes: Default does not take it. Targets that do: Destroy.\n", "--volumes")]
    [InlineData("--output: Destroy does not take it. Targets that do: Deploy, Look.\n", "--target=Destroy", "--output=json")]
    [InlineData("'xml' is not a valid value for --output: expected json or text.\n", "--target=Deploy", "--output=xml")]
    [InlineData(
        "--output json: Look and Deploy have a document each, and a run prints one. Run them one after the other.\n",
        "--target=Look", "--target=Deploy", "--output=json")]
    public void What_nothing_of_the_run_takes_is_refused(string error, params string[] args)
    {
        _test.Host.AddTask<Default>();

        Assert.Equal(2, _test.Run(args));

        Assert.Equal(error, _test.Error);
        Assert.Empty(_test.Journal.Entries);
    }

    [Theory]
    [InlineData("True", "--target=Look")]
    [InlineData("False", "--target=Look", "--target=Deploy")]
    [InlineData("False", "--target=Look", "--target=Step:one")]
    public void A_run_of_targets_that_only_look_is_read_only(string expected, params string[] args)
    {
        _test.Run(args);

        Assert.Equal(expected, _test.Journal.Entries[0]);
    }

    [Fact]
    public void A_target_that_owns_standard_output_has_it_alone()
    {
        Assert.Equal(0, _test.Run("--target=Secrets", "--verbosity=Verbose"));

        Assert.Equal("", _test.Output);
        Assert.Contains("Secrets  Executed", _test.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flag_can_put_a_target_before_the_others()
    {
        Assert.Equal(0, _test.Run("deploy", "--first=true"));

        Assert.Equal(["Look", "Deploy"], _test.Report!.Targets);
    }

    private sealed class StackOptionsAttribute : TaskOptionsAttribute
    {
        public override IReadOnlyList<TaskOptionAttribute> Options { get; } = [new("profile", "Which") { Value = "NAME" }];
    }

    [StackOptions]
    private sealed class Select : FrostingTask<Doubles.TestContext>
    {
        public override IEnumerable<StepTask> Expand(Doubles.TestContext context) => [new StepTask("Step:one", _ => Task.CompletedTask)];
    }

    [TaskGroup("act")]
    [Document]
    [IsDependentOn(typeof(Select))]
    private sealed class Deploy : FrostingTask<Doubles.TestContext>
    {
        public override void Run(Doubles.TestContext context) => context.Journal.Add("deployed");
    }

    [TaskOption("tidy", "Tidies")]
    [IsDependeeOf(typeof(Deploy))]
    private sealed class Tidy : FrostingTask<Doubles.TestContext>;

    [TaskGroup("act")]
    [TaskOption("volumes", "Those too")]
    private sealed class Destroy : FrostingTask<Doubles.TestContext>
    {
        public override void Run(Doubles.TestContext context) => context.Journal.Add("destroyed");
    }

    [TaskGroup("look")]
    [ReadOnly]
    [Document]
    [TaskOption("last", "How many", Value = "N")]
    private sealed class Look : FrostingTask<Doubles.TestContext>
    {
        public override void Run(Doubles.TestContext context) => context.Journal.Add(context.IsReadOnly.ToString());
    }

    [OwnsOutput]
    private sealed class Secrets : FrostingTask<Doubles.TestContext>
    {
        public override void Run(Doubles.TestContext context) => context.Journal.Add("secret");
    }

    private sealed class Default : FrostingTask<Doubles.TestContext>;
}
