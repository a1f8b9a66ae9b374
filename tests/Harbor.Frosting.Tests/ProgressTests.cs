using Microsoft.Extensions.Time.Testing;

namespace Harbor.Frosting.Tests;

/// <summary>What is shown while nothing else is printed. The clock is the test's.</summary>
public sealed class ProgressTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private readonly FakeTimeProvider _time = new();
    private IReadOnlyList<OngoingWork>? _ongoing = [];
    private RunOutput _run;

    public ProgressTests() => _run = Make(isLive: false);

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Without_a_terminal_a_line_every_ten_seconds_says_what_goes_on_and_since_when()
    {
        var a = _run.Open("A");
        _ongoing =
        [
            new("web", "building", TimeSpan.FromSeconds(20.7), "step 5/9"),
            new("db", "waiting", TimeSpan.FromSeconds(25)),
            new("cache", "waiting", TimeSpan.FromSeconds(30)),
        ];
        Advance(9.9);
        Assert.Equal("", _error.ToString());

        Advance(0.1);
        Assert.Equal("web: building, 20 s; step 5/9\nWaiting for db, cache: 30 s\n", _error.ToString());

        _ongoing = [new("web", "building", TimeSpan.FromSeconds(150))];
        Advance(10);
        Assert.EndsWith("30 s\nweb: building, 2 min 30 s\n", _error.ToString());
        Assert.Equal("", _output.ToString());

        _run.Close(a);
    }

    [Fact]
    public void A_line_that_is_printed_starts_the_ten_seconds_anew()
    {
        var a = _run.Open("A");
        Advance(8);
        Write(a, "still here\n");
        Advance(9);
        Assert.Equal("", _error.ToString());

        Advance(1);
        Assert.Equal("A: running, 18 s\n", _error.ToString());
    }

    [Fact]
    public void Output_that_is_held_back_does_not_count_as_printed()
    {
        var (a, b) = (_run.Open("A"), _run.Open("B"));
        Write(a, "a\n");
        Advance(9);
        Write(b, "b\n");
        Advance(1);

        Assert.Equal("A, B: running, 10 s\n", _error.ToString());
    }

    [Fact]
    public void A_short_run_and_one_that_has_ended_show_nothing()
    {
        var a = _run.Open("A");
        Advance(9);
        _run.Close(a);
        Advance(30);
        _run.Dispose();
        Advance(30);

        Assert.Equal("", _error.ToString());
    }

    [Fact]
    public void Nothing_is_shown_while_another_program_has_the_terminal()
    {
        _run.Open("A");
        _ongoing = null;
        Advance(60);

        Assert.Equal("", _error.ToString());
    }

    [Fact]
    public void Secrets_and_commands_for_the_CI_system_are_not_shown()
    {
        _run.Options = _run.Options with { Filter = Sample.SampleSecrets.Masked, BreakCommands = true };
        _run.Open("A");
        _ongoing = [new("::set-env", "building", TimeSpan.Zero, "RUN echo hunter2")];
        Advance(10);

        Assert.Equal(": :set-env: building, 0 s; RUN echo ***\n", _error.ToString());
    }

    [Fact]
    public void On_a_terminal_there_is_one_line_for_each_service_and_what_is_printed_stays_above_it()
    {
        _run = Make(isLive: true);
        var a = _run.Open("A");
        Write(a, "a\n");
        _ongoing =
        [
            new("web", "building", TimeSpan.FromSeconds(4), "step 2/9 RUN make"), new("cache", "pulling", TimeSpan.FromSeconds(12)),
        ];
        Advance(0.9);
        Assert.Equal("", _error.ToString());

        Advance(0.1);
        Assert.Equal("web    building     4 s  step 2/9 RUN make\ncache  pulling     12 s\n", _error.ToString());

        Advance(5); // Nothing new is to be seen.
        Assert.Equal("web    building     4 s  step 2/9 RUN make\ncache  pulling     12 s\n", _error.ToString());

        Write(a, "b\n");
        Assert.EndsWith("12 s\n\r\e[2A\e[J", _error.ToString());
        Assert.EndsWith("a\nb\n", _output.ToString());

        _ongoing = [_ongoing[1]];
        Advance(0.25);
        Assert.EndsWith("\e[Jcache  pulling    12 s\n", _error.ToString());

        _run.HideProgress();
        Assert.EndsWith("12 s\n\r\e[1A\e[J", _error.ToString());
    }

    [Fact]
    public void Nothing_is_left_on_the_terminal()
    {
        _run = Make(isLive: true);
        _run.Open("A");
        Advance(2);
        _run.Dispose();
        Advance(60);

        Assert.EndsWith("A  running     2 s\n\r\e[1A\e[J", _error.ToString());
    }

    [Fact]
    public void Lines_fit_the_terminal_and_move_no_cursor()
    {
        OngoingWork[] works = [new("web", "building", TimeSpan.FromSeconds(5), $"step 1/2 RUN \e[2J\t{new string('x', 100)}")];

        var line = Assert.Single(OngoingWork.LiveLines(works, width: 40, ansi: false));
        var coloured = Assert.Single(OngoingWork.LiveLines(works, width: 40, ansi: true));

        Assert.Equal("web  building     5 s  step 1/2 RUN  […", line);
        Assert.Equal($"web\e[36m{line[3..]}\e[0m", coloured);
    }

    [Fact]
    public void Many_services_are_counted()
    {
        OngoingWork[] works = [.. Enumerable.Range(1, 60).Select(i => new OngoingWork($"s{i}", "pulling", TimeSpan.Zero, $"{i} MB"))];

        Assert.Equal(8, OngoingWork.LiveLines(works, width: 80, ansi: false).Count());
        Assert.Equal("and 53 more", OngoingWork.Lines(works).Last());
    }

    private RunOutput Make(bool isLive) => new(_output, _error, new OutputOptions
    {
        Ansi = false,
        BreakCommands = false,
        IsLive = isLive,
        Width = () => 80,
        Time = _time,
        Ongoing = () => _ongoing,
    });

    private void Write(TaskOutput task, string text)
    {
        TaskScope.Current = new TaskScope(task, CancellationToken.None);
        _run.Write(isError: false, text);
        TaskScope.Current = null;
    }

    private void Advance(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));
}
