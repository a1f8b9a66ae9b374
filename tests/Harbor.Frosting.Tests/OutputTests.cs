namespace Harbor.Frosting.Tests;

public sealed class OutputTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private readonly RunOutput _run;

    public OutputTests() => _run = new RunOutput(_output, _error, new OutputOptions { Ansi = false, BreakCommands = false });

    public void Dispose() => _run.Dispose();

    [Fact]
    public void The_first_to_speak_is_live_and_others_wait_for_their_turn()
    {
        var (a, b) = (_run.Open("A"), _run.Open("B"));
        Write(b, "b1\n");
        Write(a, "a1\n");
        Assert.Equal("\nB\n-\nb1\n", _output.ToString());

        Write(b, "b2\n");
        _run.Close(b);

        Assert.Equal("\nB\n-\nb1\nb2\n\nA\n-\na1\n", _output.ToString());
    }

    [Fact]
    public void Tasks_that_ended_while_waiting_are_printed_whole_and_the_oldest_running_one_goes_live()
    {
        var (a, b, c, d) = (_run.Open("A"), _run.Open("B"), _run.Open("C"), _run.Open("D"));
        Write(a, "a1\n");
        Write(b, "b1\n");
        Write(c, "c1\n");
        Write(d, "d1\n");
        Write(b, "b2\n");
        _run.Close(b);
        _run.Close(a);
        Write(c, "c2\n");

        Assert.Equal("\nA\n-\na1\n\nB\n-\nb1\nb2\n\nC\n-\nc1\nc2\n", _output.ToString());

        _run.Close(c);
        _run.Close(d);
        Assert.EndsWith("c2\n\nD\n-\nd1\n", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unfinished_line_is_finished_at_the_end()
    {
        var a = _run.Open("A");
        Write(a, "one, ");
        Write(a, "two\nthree");
        _run.Close(a);
        Assert.Equal("\nA\n-\none, two\nthree\n", _output.ToString());
    }

    [Fact]
    public async Task A_line_that_is_only_begun_is_shown_soon_and_ended_before_another_speaks()
    {
        var a = _run.Open("A");
        Write(a, "Waiting .");
        await EventuallyAsync("\nA\n-\nWaiting .");
        Write(a, ".");
        await EventuallyAsync("\nA\n-\nWaiting ..");
        _run.Write(isError: false, "Cancelling.\n");
        Write(a, " done\n");
        Write(a, "Name?");
        await EventuallyAsync("\nA\n-\nWaiting ..\nCancelling.\n done\nName?");
        _run.Close(a);

        Assert.Equal("\nA\n-\nWaiting ..\nCancelling.\n done\nName?\n", _output.ToString());
    }

    [Fact]
    public async Task Whose_turn_it_becomes_has_his_begun_line_shown_too()
    {
        var (a, b) = (_run.Open("A"), _run.Open("B"));
        Write(a, "a\n");
        Write(b, "b?");
        await Task.Delay(100);
        Assert.Equal("\nA\n-\na\n", _output.ToString());

        _run.Close(a);
        await EventuallyAsync("\nA\n-\na\n\nB\n-\nb?");
    }

    [Fact]
    public void The_filter_sees_a_secret_that_was_written_in_pieces()
    {
        _run.Options = _run.Options with { Filter = Sample.SampleSecrets.Masked };
        var a = _run.Open("A");
        Write(a, "hun");
        Write(a, "ter2\n");
        Write(a, "correct\n");
        Write(a, "horse\n");
        _run.Close(a);

        Assert.Equal("\nA\n-\n***\n***\n", _output.ToString());
    }

    [Fact]
    public async Task What_the_filter_holds_back_is_shown_soon()
    {
        _run.Options = _run.Options with { Filter = Sample.SampleSecrets.Masked };
        var a = _run.Open("A");
        Write(a, "a line\nhu");
        Assert.Equal("\nA\n-\na line\n", _output.ToString());

        await EventuallyAsync("\nA\n-\na line\nhu");
        Write(a, "m\n");
        Assert.Equal("\nA\n-\na line\nhum\n", _output.ToString());
    }

    [Theory]
    [InlineData("::set-output name=x::y\nb ::c\n", ": :set-output name=x::y\nb ::c\n")]
    [InlineData("a\r \t::stop-commands::x\n", "a\r \t: :stop-commands::x\n")]
    [InlineData("::::\n", ": :::\n")]
    [InlineData("a ##[add-path]b ##VSO[task.setvariable variable=x]y\n", "a # #[add-path]b # #vso[task.setvariable variable=x]y\n")]
    public void Under_a_CI_system_no_printed_line_is_a_command(string printed, string shown)
    {
        _run.Options = _run.Options with { BreakCommands = true };
        _run.Write(isError: false, printed);
        _run.Write(isError: true, printed);

        Assert.Equal((shown, shown), (_output.ToString(), _error.ToString()));
    }

    [Fact]
    public async Task A_command_can_not_be_written_in_two_parts_with_a_pause_between()
    {
        _run.Options = _run.Options with { BreakCommands = true };
        _run.Write(isError: false, ":");
        await Task.Delay(100);
        _run.Write(isError: false, ":set-env\n");

        Assert.Equal(": :set-env\n", _output.ToString());
    }

    [Fact]
    public void Harbors_own_command_is_a_line_of_its_own_at_once_and_as_it_is()
    {
        _run.Options = _run.Options with { BreakCommands = true, Filter = Sample.SampleSecrets.Masked };
        var (a, b) = (_run.Open("A"), _run.Open("B"));
        Write(a, "a\n");
        Write(b, "b\n");
        _run.WriteCommand(WorkflowCommands.Format("add-mask", "hunter2 100%\r\n"));

        Assert.Equal("\nA\n-\na\n::add-mask::hunter2 100%25%0D%0A\n", _output.ToString());
    }

    [Fact]
    public async Task Lines_of_a_hundred_parallel_tasks_do_not_mix_keep_their_order_and_are_masked_over_all_chunk_borders()
    {
        _run.Options = _run.Options with { Filter = Sample.SampleSecrets.Masked };
        await Parallel.ForAsync(0, 100, async (number, ct) =>
        {
            var task = _run.Open($"T{number:00}");
            for (var line = 0; line < 20; line++)
            {
                var text = $"<{number}/{line}: hunter2 correct\nhorse>\n";
                var at = 1 + (number * 7 + line * 3) % (text.Length - 1);
                Write(task, text[..at]);
                await Task.Yield();
                Write(task, text[at..]);
            }

            _run.Close(task);
        });
        _run.Dispose();

        var lines = _output.ToString().Split('\n').Where(line => line.Contains('<', StringComparison.Ordinal)).ToList();
        Assert.All(lines, line => Assert.Matches(@"^<\d+/\d+: \*\*\* \*\*\*>$", line));
        Assert.Equal(
            Enumerable.Range(0, 100).SelectMany(number => Enumerable.Range(0, 20).Select(line => $"<{number}/{line}: *** ***>")).Order(),
            lines.Order());
        Assert.All(lines.GroupBy(line => line.Split('/')[0]),
            own => Assert.Equal(own.OrderBy(line => int.Parse(line.Split('/', ':')[1], null)), own));
    }

    [Fact]
    public void Errors_keep_their_stream_and_their_place()
    {
        var (a, b) = (_run.Open("A"), _run.Open("B"));
        Write(a, "a\n");
        Write(b, "bad\n", isError: true);
        Assert.Equal("", _error.ToString());
        _run.Close(a);

        Assert.Equal("bad\n", _error.ToString());
        Assert.Equal("\nA\n-\na\n\nB\n-\n", _output.ToString());
    }

    private void Write(TaskOutput task, string text, bool isError = false)
    {
        TaskScope.Current = new TaskScope(task, CancellationToken.None);
        _run.Write(isError, text);
        TaskScope.Current = null;
    }

    private async Task EventuallyAsync(string shown)
    {
        for (var attempt = 0; attempt < 200 && _output.ToString() != shown; attempt++)
        {
            await Task.Delay(10);
        }

        Assert.Equal(shown, _output.ToString());
    }
}
