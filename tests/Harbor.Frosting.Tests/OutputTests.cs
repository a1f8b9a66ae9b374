namespace Harbor.Frosting.Tests;

public sealed class OutputTests
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private readonly RunOutput _run;

    public OutputTests() => _run = new RunOutput(_output, _error, new OutputOptions { Ansi = false });

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
    public void Lines_stay_whole_and_an_unfinished_one_is_finished_at_the_end()
    {
        var a = _run.Open("A");
        Write(a, "one, ");
        Assert.Equal("", _output.ToString());
        Write(a, "two\nthree");
        Assert.Equal("\nA\n-\none, two\n", _output.ToString());
        _run.Close(a);
        Assert.Equal("\nA\n-\none, two\nthree\n", _output.ToString());
    }

    [Fact]
    public void The_filter_sees_a_secret_that_was_written_in_pieces()
    {
        _run.Options = _run.Options with { Filter = text => text.Replace("hunter2", "***", StringComparison.Ordinal) };
        var a = _run.Open("A");
        Write(a, "hun");
        Write(a, "ter2\n");

        Assert.Equal("\nA\n-\n***\n", _output.ToString());
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
}
