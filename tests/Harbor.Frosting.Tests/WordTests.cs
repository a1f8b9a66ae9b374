using Harbor.Frosting.Tests.Doubles;

namespace Harbor.Frosting.Tests;

/// <summary>Words in place of <c>--target</c>, and the help that goes with them.</summary>
public sealed class WordTests
{
    private readonly TestHost _test = new();

    public WordTests() => _test.Host
        .AddTask<Deploy>().AddTask<Prepare>().AddTask<Lock>().AddTask<Logs>()
        .UseGroups("every day", "look").AddHint("ps", "Use instead: docker ps").AddHint("logs", "Never said: there is one.");

    [Theory]
    [InlineData("Deploy", "deploy")]
    [InlineData("Deploy", "DEPLOY")]
    [InlineData("Deploy", "up")]
    [InlineData("Deploy", "--target=up")]
    [InlineData("Deploy", "--site=prod", "deploy")]
    [InlineData("Deploy", "--site", "prod", "deploy", "--parallel", "1")]
    [InlineData("PrepareStage", "run", "prepare")]
    [InlineData("Logs", "logs")]
    [InlineData("Lock", "lock")]
    [InlineData("PrepareStage Deploy", "--target=PrepareStage", "deploy")]
    [InlineData("Deploy PrepareStage", "deploy", "--target=PrepareStage")]
    public void A_word_is_a_target_by_its_name_or_by_another_one(string targets, params string[] args)
    {
        Assert.Equal(0, _test.Run(args));

        Assert.Equal(targets, string.Join(' ', _test.Report!.Targets));
    }

    [Theory]
    [InlineData("There is no target 'deplyo'. Did you mean 'deploy'?", "deplyo")]
    [InlineData("There is no target 'zebra'.", "zebra", "--site=prod")]
    [InlineData("There is no target 'ps'. Use instead: docker ps", "ps")]
    [InlineData("There is no target 'PS'. Use instead: docker ps", "--target=PS")]
    [InlineData("'run' takes one of prepare.", "run")]
    [InlineData("'run' takes one of prepare, not 'prepar'. Did you mean 'prepare'?", "run", "prepar")]
    [InlineData("Unexpected word 'web': 'deploy' is already the target. Give a second target as --target=web.", "deploy", "web")]
    [InlineData("The target 'zebra' was not found.", "--help", "--target=zebra")]
    [InlineData("There is no target 'ps'. Use instead: docker ps", "--help", "--target=ps")]
    public void A_word_that_is_no_target_is_refused(string error, params string[] args)
    {
        Assert.Equal(2, _test.Run(args));

        Assert.Equal(error + "\n", _test.Error);
    }

    [Theory]
    [InlineData("Tail web db", "tail", "web", "db")]
    [InlineData("Tail web db", "tail", "web", "--site=prod", "db")]
    [InlineData("Tail web", "--target=Tail", "--", "web")]
    [InlineData("Tail -x --", "tail", "--", "-x", "--")]
    [InlineData("Tail", "tail")]
    [InlineData("Exec web ls -l --site=prod", "exec", "web", "ls", "-l", "--site=prod")]
    [InlineData("Exec web ls -l", "exec", "--site=prod", "web", "--", "ls", "-l")]
    [InlineData("Exec web ls -l", "--target=Exec", "--", "web", "ls", "-l")]
    [InlineData("Play --site=prod -x", "game", "replay", "--site=prod", "-x")]
    [InlineData("Game other replay -x", "game", "other", "replay", "-x")]
    public void A_target_that_takes_words_gets_them_and_a_command_keeps_its_own_options(string expected, params string[] args)
    {
        _test.Host.AddTask<Tail>().AddTask<Exec>().AddTask<Play>().AddTask<Game>();

        Assert.Equal(0, _test.Run(args));

        Assert.Equal(expected, Assert.Single(_test.Journal.Entries));
    }

    [Theory]
    [InlineData("Tail web", "'web tail' is taken as 'tail web'.", "web", "tail")]
    [InlineData("Exec web ls -l", "'web exec' is taken as 'exec web'.", "web", "exec", "ls", "-l")]
    [InlineData("Assign web KEY -v x", null, "env", "web", "assign", "KEY", "-v", "x")]
    public void Swapped_words_and_a_word_in_the_middle_of_a_name_are_understood(string expected, string? note, params string[] args)
    {
        _test.Host.AddTask<Tail>().AddTask<Exec>().AddTask<Assign>();

        Assert.Equal(0, _test.Run(args));

        Assert.Equal(expected, Assert.Single(_test.Journal.Entries));
        Assert.Equal(note is null ? "" : note + "\n", _test.Error);
    }

    [Theory]
    [InlineData("There is no target 'web'.", "web")]
    [InlineData("There is no target 'web'.", "web", "lock")]
    [InlineData("There is no target 'ps'. Use instead: docker ps", "ps", "tail")]
    [InlineData("'run' takes one of prepare, not 'tail'.", "run", "tail")]
    [InlineData("Unexpected word 'web'. To remove one: rm web", "all", "web", "db")]
    public void Words_are_not_swapped_at_any_price_and_advice_takes_the_place_of_an_error(string error, params string[] args)
    {
        _test.Host.AddTask<Tail>().AddTask<All>();

        Assert.Equal(2, _test.Run(args));

        Assert.Equal(error + "\n", _test.Error);
    }

    [Fact]
    public void Completion_is_a_word_too()
    {
        Assert.Equal(0, _test.Run("completion", "bash"));

        Assert.StartsWith("# Completes ./build.sh in bash.", _test.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_option_of_a_task_may_have_a_letter()
    {
        _test.Host.AddTask<Tail>();

        Assert.Equal(0, _test.Run("tail", "-n", "5", "web"));
        Assert.Equal("Tail web", Assert.Single(_test.Journal.Entries));
        _test.Run("--help", "tail");

        Assert.Contains("-n, --lines=N", _test.Output);
    }

    [Fact]
    public void Words_behind_two_dashes_need_a_target_that_takes_them()
    {
        Assert.Equal(2, _test.Run("--target=Deploy", "--", "web"));

        Assert.Equal("Unexpected '-- web': no target of this run takes words.\n", _test.Error);
    }

    [Fact]
    public void Help_names_the_words_of_a_target()
    {
        _test.Host.AddTask<Exec>();

        _test.Run("--help", "exec");

        Assert.StartsWith("Usage: ./build.sh exec [options] SERVICE COMMAND...\n", _test.Output);
    }

    [Fact]
    public void Help_lists_the_targets_by_group_without_internal_ones_in_80_columns()
    {
        Assert.Equal(0, _test.Run("--help"));

        Assert.StartsWith(
            """
            Usage: ./build.sh TARGET [options]
                   ./build.sh --help TARGET    print the target's options and an example

            Every day:
              Deploy        Deploys, and says so in so many words that they do not fit on
                            the line
              PrepareStage  Prepares

            Look:
              Logs

            Options of every run:
              -t, --target=NAME

            """.ReplaceLineEndings("\n").TrimEnd(),
            _test.Output,
            StringComparison.Ordinal);
        Assert.DoesNotContain("Lock", _test.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("--site", _test.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(_test.Output.Split('\n'), line => line.Length > 80);
    }

    [Theory]
    [InlineData("--help", "Deploy")]
    [InlineData("help", "up")]
    [InlineData("--target=deploy", "-h")]
    public void Help_of_one_target_has_its_options_what_it_reads_and_leaves_and_an_example(params string[] args)
    {
        Assert.Equal(0, _test.Run(args));

        Assert.Equal(
            """
            Usage: ./build.sh deploy [options]

            Deploys, and says so in so many words that they do not fit on the line

            Options:
              --site=NAME      Where to
              --wait-lock=60s  How long

              reads   the files
              leaves  the stack
              also    up, --target=Deploy

              ./build.sh deploy --site=prod

            """.ReplaceLineEndings("\n"),
            _test.Output);
    }

    [TaskGroup("every day")]
    [TaskDescription("Deploys, and says so in so many words that they do not fit on the line")]
    [TaskAlias("up")]
    [TaskOption("site", "Where to", Value = "NAME")]
    [Reads("the files")]
    [Leaves("the stack")]
    [Example("deploy --site=prod")]
    [IsDependentOn(typeof(Lock))]
    private sealed class Deploy : FrostingTask<Doubles.TestContext>;

    [TaskName("PrepareStage")]
    [TaskGroup("every day")]
    [TaskDescription("Prepares")]
    [TaskAlias("run prepare")]
    private sealed class Prepare : FrostingTask<Doubles.TestContext>;

    [TaskDescription("Locks")]
    [TaskOption("wait-lock", "How long", Value = "60s")]
    private sealed class Lock : FrostingTask<Doubles.TestContext>;

    [TaskGroup("look")]
    private sealed class Logs : FrostingTask<Doubles.TestContext>;

    [TaskGroup("look")]
    [TaskAlias("env SERVICE assign")]
    [TakesWords("SERVICE NAME VALUE...", CommandAfter = 2)]
    private sealed class Assign : FrostingTask<Doubles.TestContext>
    {
        public override void Run(Doubles.TestContext context) =>
            context.Journal.Add(string.Join(' ', context.Arguments.GetArguments(TakesWordsAttribute.Argument).Prepend("Assign")));
    }

    [RefusesWords("To remove one: rm {0}")]
    private sealed class All : FrostingTask<Doubles.TestContext>;

    [TaskGroup("look")]
    [TakesWords("[SERVICE...]")]
    [TaskOption("lines", "How many", Value = "N", Letter = 'n')]
    [TaskOption("site", "", Value = "NAME")]
    private sealed class Tail : FrostingTask<Doubles.TestContext>
    {
        public override void Run(Doubles.TestContext context) =>
            context.Journal.Add(string.Join(' ', context.Arguments.GetArguments(TakesWordsAttribute.Argument).Prepend("Tail")));
    }

    [TaskGroup("look")]
    [TakesWords("SERVICE COMMAND...", CommandAfter = 1)]
    [TaskOption("site", "", Value = "NAME")]
    private sealed class Exec : FrostingTask<Doubles.TestContext>
    {
        public override void Run(Doubles.TestContext context) =>
            context.Journal.Add(string.Join(' ', context.Arguments.GetArguments(TakesWordsAttribute.Argument).Prepend("Exec")));
    }

    [TakesWords("[options]", CommandAfter = 0)]
    private sealed class Game : FrostingTask<Doubles.TestContext>
    {
        public override void Run(Doubles.TestContext context) =>
            context.Journal.Add(string.Join(' ', context.Arguments.GetArguments(TakesWordsAttribute.Argument).Prepend("Game")));
    }

    [TakesWords("[options]", CommandAfter = 0)]
    [TaskAlias("game replay")]
    private sealed class Play : FrostingTask<Doubles.TestContext>
    {
        public override void Run(Doubles.TestContext context) =>
            context.Journal.Add(string.Join(' ', context.Arguments.GetArguments(TakesWordsAttribute.Argument).Prepend("Play")));
    }
}
