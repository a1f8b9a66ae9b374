using Cake.Common.Diagnostics;
using Cake.Core;
using Harbor.Frosting.Tests.Doubles;

namespace Harbor.Frosting.Tests;

public sealed class HostTests
{
    private readonly TestHost _test = new();

    [Fact]
    public void A_skip_says_why_in_the_output_and_in_the_report()
    {
        _test.Host.AddTask<Tunnels>().AddTask<NeedsTunnels>();

        Assert.Equal(0, _test.Run("--target=NeedsTunnels", "--verbosity=Verbose"));

        Assert.Contains("\nTunnels\n-------\nSkipped: none configured\n", _test.Output, StringComparison.Ordinal);
        Assert.Equal((TaskOutcome.Skipped, "none configured"), (_test.Report!.Tasks[0].Outcome, _test.Report.Tasks[0].Reason));
        Assert.Matches("(?m)^Tunnels +Skipped +none configured$", _test.Output);
    }

    [Fact]
    public void A_skipped_target_is_a_failure_as_in_Cake()
    {
        _test.Host.AddTask<Tunnels>();

        Assert.Equal(1, _test.Run("--target=Tunnels"));

        Assert.Contains("Error: Could not reach target 'Tunnels' since it was skipped due to a criteria: none configured.",
            _test.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_task_with_nothing_to_do_is_up_to_date()
    {
        _test.Host.AddTask<Render>();

        _test.Run("--target=Render", "--verbosity=Verbose");

        Assert.Matches("(?m)^Render +Up to date +[0-9.]+ s  12 files unchanged$", _test.Output);
    }

    [Fact]
    public void A_quiet_task_prints_nothing_and_an_aggregate_has_no_line()
    {
        _test.Host.AddTask<Quiet>().AddTask<Stage>().AddTask<Default>();

        Assert.Equal(0, _test.Run());
        Assert.Equal("", _test.Output); // A short run that succeeds has no table.
        Assert.Equal(0, _test.Run("--verbosity=Verbose"));

        Assert.Matches(@"^\nTask +Status +Duration\n-+\nQuiet +Executed +[0-9.]+ s\nDefault +Delegated.*\n-+\nTotal", _test.Output);
    }

    [Theory]
    [InlineData("2 The target 'Nothing' was not found.", "--target=Nothing", "--output=json")]
    [InlineData("2 Unknown option '--bogus'.", "--bogus", "--output", "json")]
    public void A_run_that_fails_has_a_document_too(string problems, params string[] args)
    {
        _test.Host.AddTask<Leaks>();

        Assert.Equal(2, _test.Run(args));

        Assert.Equal(problems, Problems(_test.Output));
    }

    /// <summary>The exit code and the messages of <c>{"error": ...}</c>.</summary>
    private static string Problems(string document)
    {
        var error = System.Text.Json.JsonDocument.Parse(document).RootElement.GetProperty("error");
        return string.Join(' ', error.GetProperty("problems").EnumerateArray().Select(problem => problem.GetProperty("message").ToString())
            .Prepend(error.GetProperty("exitCode").ToString()));
    }

    [Fact]
    public void ContinueOnError_lets_the_run_succeed_and_the_report_tells()
    {
        _test.Host.AddTask<Tolerated>().AddTask<AfterTolerated>();

        Assert.Equal(0, _test.Run("--target=AfterTolerated"));

        Assert.Equal("Tolerated: Tolerated boom; AfterTolerated: Executed ", Outcomes());
    }

    [Fact]
    public void OnError_that_returns_swallows_the_error_and_Finally_follows()
    {
        _test.Host.AddTask<Handled>();

        Assert.Equal(0, _test.Run("--target=Handled"));

        Assert.Equal("error boom finally", _test.Journal.ToString());
    }

    [Fact]
    public void A_failure_exits_1_with_type_and_message_and_a_stack_trace_only_when_asked()
    {
        _test.Host.AddTask<Fails>();

        Assert.Equal(1, _test.Run("--target=Fails"));
        Assert.Equal("Error: InvalidOperationException: boom\n", _test.Error);

        _test.Run("--target=Fails", "--verbosity=Diagnostic");
        Assert.Contains("   at Harbor.Frosting.Tests.HostTests.Fails.Run", _test.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_expected_error_is_its_message_and_its_exit_code()
    {
        _test.Host.AddTask<WrongInput>();

        Assert.Equal(2, _test.Run("--target=WrongInput", "--verbosity=Diagnostic"));

        Assert.Equal("etc/harbor.yaml:3:5: no\n", _test.Error);
    }

    [Fact]
    public void Lifetimes_run_around_everything()
    {
        _test.Host.AddTask<Quiet>().UseLifetime<Lifetime>().UseTaskLifetime<TaskLifetime>();

        _test.Run("--target=Quiet");

        Assert.Equal("setup Quiet | before Quiet | after Quiet | teardown True", string.Join(" | ", _test.Journal.Entries));
    }

    [Fact]
    public void An_async_task_gets_the_token_and_Frostings_overload_works_too()
    {
        _test.Host.AddTask<WithToken>().AddTask<AsInFrosting>();

        _test.Run("--target=WithToken", "--target=AsInFrosting");

        Assert.Equal("can be cancelled as in Frosting", _test.Journal.ToString());
    }

    [Fact]
    public void A_dry_run_prints_the_order_and_runs_nothing()
    {
        _test.Host.AddTask<Fails>().AddTask<NeedsFails>();

        Assert.Equal(0, _test.Run("--dryrun", "--target=NeedsFails"));

        Assert.Contains("\n1. Fails\n2. NeedsFails\n", _test.Output, StringComparison.Ordinal);
        Assert.Null(_test.Report);
    }

    [Fact]
    public void A_task_for_another_context_is_refused()
    {
        _test.Host.AddTask<ForAnotherContext>();

        Assert.Equal(2, _test.Run("--target=ForAnotherContext"));

        Assert.Equal("Task 'ForAnotherContext' is written for the context OtherContext, but the host uses TestContext.\n", _test.Error);
    }

    [Fact]
    public void Everything_printed_passes_the_filter_and_json_leaves_standard_output_to_the_document()
    {
        _test.Host.AddTask<Leaks>().UseOutput(() => new OutputOptions { Filter = Sample.SampleSecrets.Masked });

        Assert.Equal(1, _test.Run("--target=Leaks", "--output=json"));

        Assert.Equal("1 Error: InvalidOperationException: ***", Problems(_test.Output));
        Assert.StartsWith(
            "\nLeaks\n-----\ninformation ***\nError: InvalidOperationException: ***\n", _test.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", _test.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_an_option_the_limit_comes_from_the_configuration_file()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(Path.Combine(directory.Path, "cake.config"), "[Settings]\nParallel=7\nVerbosity=Quiet\n");
        var before = Environment.CurrentDirectory;
        try
        {
            _test.Run("--info", "--working", directory.Path);
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }

        Assert.Contains("Parallel tasks: 7\n", _test.Output, StringComparison.Ordinal);
    }

    private string Outcomes() => string.Join("; ", _test.Report!.Tasks.Select(task => $"{task.Name}: {task.Outcome} {task.Reason}"));

    private sealed class Tunnels : FrostingTask<Doubles.TestContext>
    {
        public override string? WhyNot(Doubles.TestContext context) => "none configured";
    }

    [IsDependentOn(typeof(Tunnels))]
    private sealed class NeedsTunnels : FrostingTask<Doubles.TestContext>;

    [TaskDescription("Renders templates")]
    private sealed class Render : FrostingTask<Doubles.TestContext>
    {
        public override void Run(Doubles.TestContext context) => context.UpToDate("12 files unchanged");
    }

    private sealed class Quiet : FrostingTask<Doubles.TestContext>
    {
        public override void Run(Doubles.TestContext context) => Thread.Yield();
    }

    [IsDependentOn(typeof(Quiet))]
    private sealed class Stage : FrostingTask<Doubles.TestContext>;

    [IsDependentOn(typeof(Stage))]
    private sealed class Default : FrostingTask<Doubles.TestContext>;

    private class Fails : FrostingTask<Doubles.TestContext>
    {
        public override void Run(Doubles.TestContext context) => throw new InvalidOperationException("boom");
    }

    [IsDependentOn(typeof(Fails))]
    private sealed class NeedsFails : FrostingTask<Doubles.TestContext>;

    [ContinueOnError]
    private sealed class Tolerated : Fails;

    [IsDependentOn(typeof(Tolerated))]
    private sealed class AfterTolerated : FrostingTask<Doubles.TestContext>
    {
        public override void Run(Doubles.TestContext context) => context.Journal.Add("after");
    }

    private sealed class Handled : Fails
    {
        public override void OnError(Exception exception, Doubles.TestContext context) => context.Journal.Add($"error {exception.Message}");

        public override void Finally(Doubles.TestContext context) => context.Journal.Add("finally");
    }

    private sealed class WrongInput : FrostingTask<Doubles.TestContext>
    {
        public override void Run(Doubles.TestContext context) => throw new WrongInputException("etc/harbor.yaml:3:5: no");
    }

    private sealed class WithToken : AsyncFrostingTask<Doubles.TestContext>
    {
        public override Task RunAsync(Doubles.TestContext context, CancellationToken ct)
        {
            context.Journal.Add(ct.CanBeCanceled && ct == context.CancellationToken ? "can be cancelled" : "cannot be cancelled");
            return Task.CompletedTask;
        }
    }

    private sealed class AsInFrosting : AsyncFrostingTask<Doubles.TestContext>
    {
        public override Task RunAsync(Doubles.TestContext context)
        {
            context.Journal.Add("as in Frosting");
            return Task.CompletedTask;
        }
    }

    [Document]
    private sealed class Leaks : FrostingTask<Doubles.TestContext>
    {
        public override void Run(Doubles.TestContext context)
        {
            context.Information("information hunter2");
            context.WriteDocument("{\"p\":\"hunter2\"}");
            throw new InvalidOperationException("hunter2");
        }
    }

    private sealed class OtherContext(ICakeContext context) : FrostingContext(context);

    private sealed class ForAnotherContext : FrostingTask<OtherContext>;

    private sealed class Lifetime : FrostingLifetime<Doubles.TestContext>
    {
        public override void Setup(Doubles.TestContext context, ISetupContext info) => context.Journal.Add($"setup {info.TargetTask.Name}");

        public override void Teardown(Doubles.TestContext context, ITeardownContext info) =>
            context.Journal.Add($"teardown {info.Successful}");
    }

    private sealed class TaskLifetime : FrostingTaskLifetime<Doubles.TestContext>
    {
        public override void Setup(Doubles.TestContext context, ITaskSetupContext info) => context.Journal.Add($"before {info.Task.Name}");

        public override void Teardown(Doubles.TestContext context, ITaskTeardownContext info) =>
            context.Journal.Add($"after {info.Task.Name}");
    }
}
