using System.Diagnostics;
using System.Globalization;
using Harbor.Processes;

namespace Harbor.Tests.Processes;

public sealed class CommandCancellationTests : IDisposable
{
    private readonly List<int> _pids = [];
    private readonly CancellationTokenSource _cancel = new();

    public void Dispose() => _cancel.Dispose();

    [Fact]
    public async Task Cancelling_asks_the_whole_tree_to_end_also_those_whose_parents_are_gone()
    {
        var script = "(sleep 600 & echo $!); setsid sleep 601 & echo $!; echo $$; wait";

        await CancelAfterPidsAsync(Shell(script), 3);

        Assert.All(_pids, pid => Assert.Null(ProcessTree.Stat(pid)));
    }

    [Fact]
    public async Task What_does_not_end_in_its_grace_is_killed()
    {
        var watch = Stopwatch.StartNew();

        await CancelAfterPidsAsync(
            Shell("trap '' TERM; (trap '' TERM; echo $$; while true; do sleep 1; done) & echo $!; wait; sleep 600") with
            {
                Grace = TimeSpan
            .FromMilliseconds(300)
            }, 2);

        Assert.All(_pids, pid => Assert.Null(ProcessTree.Stat(pid)));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.3, 15);
    }

    [Fact]
    public async Task A_child_that_ends_by_itself_in_its_grace_may_clean_up()
    {
        var file = Path.GetTempFileName();

        await CancelAfterPidsAsync(Shell($"trap 'echo cleaned > {file}; exit 0' TERM; echo $$; while true; do sleep 0.05; done"), 1);

        Assert.Equal("cleaned\n", await File.ReadAllTextAsync(file));
        File.Delete(file);
    }

    [Fact]
    public async Task A_child_that_takes_too_long_is_ended_and_its_last_words_are_told()
    {
        var command =
            Shell("echo $$; echo stuck at the door >&2; exec sleep 600") with { Timeout = TimeSpan.FromSeconds(2), OnOutput = Hear };

        var error = await Assert.ThrowsAsync<CommandFailedException>(() => command.TryRunAsync(CancellationToken.None));

        Assert.Null(error.ExitCode);
        Assert.StartsWith("'sh' did not end within 2 s.", error.Message);
        Assert.EndsWith("stuck at the door", error.Message);
        Assert.Null(ProcessTree.Stat(Assert.Single(_pids)));
    }

    [Fact]
    public async Task A_child_that_does_not_read_its_input_can_be_cancelled()
    {
        var command = Shell("echo $$; exec sleep 600") with { Input = new string('x', 1_000_000) };

        await CancelAfterPidsAsync(command, 1);

        Assert.Null(ProcessTree.Stat(Assert.Single(_pids)));
    }

    [Fact]
    public async Task Nothing_is_started_after_cancellation()
    {
        await _cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new Command(TestScope.New(), "no-such-program").RunAsync(_cancel.Token));
    }

    private async Task CancelAfterPidsAsync(Command command, int pids)
    {
        var running = (command with
        {
            OnOutput = line =>
            {
                Hear(line);
                if (_pids.Count == pids)
                {
                    _cancel.CancelAfter(50);
                }
            },
        }).RunAsync(_cancel.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(pids, _pids.Count);
    }

    private static Command Shell(string script) => new(TestScope.New(), "sh", "-c", script);

    private void Hear(string line) => _pids.Add(int.Parse(line, CultureInfo.InvariantCulture));
}
