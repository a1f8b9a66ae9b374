using Harbor.Masking;
using Harbor.Processes;
using Harbor.Runs;
using Microsoft.Extensions.Time.Testing;

namespace Harbor.Tests.Journal;

public sealed class RunLockTests : IDisposable
{
    private readonly Project _project = new();
    private readonly List<string> _said = [];
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_second_run_fails_at_once_and_names_the_first()
    {
        using var first = new Probe("hold", _project.Root, "run-1");
        Assert.Equal("locked", await first.ReadLineAsync());

        var error = await Assert.ThrowsAsync<HarborException>(() => _time.RunAsync(AcquireAsync()));

        Assert.Matches($"^Another run is at work here: Deploy, pid {first.Pid} of {Environment.UserName} on {Environment.MachineName}, " +
            @"since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC \(\d+ s\)\. To wait for it, add --wait-lock 60s\.$", error.Message);
    }

    [Fact]
    public async Task A_run_that_waits_says_so_once_and_goes_on_when_the_first_ends()
    {
        using var first = new Probe("hold", _project.Root, "run-1");
        await first.ReadLineAsync();

        var acquiring = AcquireAsync(TimeSpan.FromSeconds(20));
        for (var polls = 0; polls < 100; polls++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }

        Assert.False(acquiring.IsCompleted);
        await first.EndAsync();
        using var second = await _time.RunAsync(acquiring);

        Assert.EndsWith("Waiting up to 20 s for it.", Assert.Single(_said));
        Assert.Equal(Environment.ProcessId, RunRecord.Read(_project.Paths)!.Pid);
    }

    [Fact]
    public async Task Waiting_ends_after_the_given_time_or_when_cancelled()
    {
        using var first = await AcquireAsync();
        using var cancelled = new CancellationTokenSource(TimeSpan.FromSeconds(30), _time);

        var late = await Assert.ThrowsAsync<HarborException>(() => _time.RunAsync(AcquireAsync(TimeSpan.FromSeconds(20))));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _time.RunAsync(AcquireAsync(TimeSpan.FromMinutes(1), cancelled.Token)));

        Assert.EndsWith("Waited 20 s for it.", late.Message);
    }

    [Fact]
    public async Task Exactly_one_of_twenty_racing_processes_gets_it()
    {
        var racers = Enumerable.Range(0, 20).Select(i => new Probe("hold", _project.Root, $"run-{i}")).ToList();
        try
        {
            var lines = await Task.WhenAll(racers.Select(racer => racer.ReadLineAsync()));

            Assert.Single(lines, "locked");
            Assert.Equal(19, lines.Count(IsRefused));
        }
        finally
        {
            racers.ForEach(racer => racer.Dispose());
        }
    }

    [Fact]
    public async Task Exactly_one_of_twenty_racing_processes_takes_over_from_a_killed_run()
    {
        using (var killed = new Probe("hold", _project.Root, "killed"))
        {
            await killed.ReadLineAsync();
            await killed.KillAsync();
        }

        var racers = Enumerable.Range(0, 20).Select(i => new Probe("hold", _project.Root, $"run-{i}")).ToList();
        try
        {
            var lines = await Task.WhenAll(racers.Select(racer => racer.ReadLineAsync()));

            var winner = Assert.Single(
                racers.Index(), racer => lines[racer.Index]!.StartsWith("The run killed (Deploy, since ", StringComparison.Ordinal));
            Assert.Equal("locked", await winner.Item.ReadLineAsync());
            Assert.Equal(19, lines.Count(IsRefused));
            Assert.Equal($"run-{winner.Index}", RunRecord.Read(_project.Paths)!.Id);
        }
        finally
        {
            racers.ForEach(racer => racer.Dispose());
        }
    }

    /// <summary>As when the machine was started again and another program has the killed run's number now.</summary>
    [Fact]
    public async Task A_pid_that_is_used_again_is_not_taken_for_the_killed_run()
    {
        using var stranger = new Probe("hold", Directory.CreateDirectory(Path.Combine(_project.Root, "elsewhere")).FullName, "stranger");
        await stranger.ReadLineAsync();
        Directory.CreateDirectory(_project.Paths.State);
        await File.WriteAllTextAsync(Path.Combine(_project.Paths.State, "run.json"), $$"""
            {"id": "killed", "pid": {{stranger.Pid}}, "started": 1, "host": "{{Environment.MachineName}}", "user": "me",
             "target": "Deploy", "since": "2026-01-01T00:00:00Z"}
            """);

        using (await _time.RunAsync(AcquireAsync()))
        {
            Assert.StartsWith("The run killed (Deploy, since ", Assert.Single(_said), StringComparison.Ordinal);
        }

        await stranger.EndAsync();
        Assert.Equal(0, stranger.ExitCode); // It was let alone.
    }

    [Fact]
    public async Task Different_projects_do_not_wait_for_each_other()
    {
        using var other = new Project();
        using var first = await AcquireAsync();
        using var second = await RunLock.AcquireAsync(TestScope.Named("run-3"), other.Paths, "Deploy", null, Say, CancellationToken.None);

        Assert.Empty(_said);
    }

    [Fact]
    public async Task Of_twenty_that_race_for_the_lock_of_a_killed_run_each_gets_it_in_turn()
    {
        using (var killed = new Probe("hold", _project.Root, "killed"))
        {
            await killed.ReadLineAsync();
            await killed.KillAsync();
        }

        var inside = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 20), new ParallelOptions { MaxDegreeOfParallelism = 20 }, async (_, ct) =>
        {
            using var held =
                await RunLock.AcquireAsync(TestScope.Named("next"), _project.Paths, "Deploy", TimeSpan.FromSeconds(30), Say, ct);
            Assert.Equal(1, Interlocked.Increment(ref inside));
            await Task.Delay(5, ct);
            Interlocked.Decrement(ref inside);
        });

        Assert.Single(_said, line => line.StartsWith("The run killed (Deploy, since ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_lock_of_a_killed_run_is_free_and_the_next_one_says_what_happened()
    {
        using var first = new Probe("hold", _project.Root, "run-1");
        await first.ReadLineAsync();
        await first.KillAsync();

        using var second = await _time.RunAsync(AcquireAsync());

        Assert.Matches(@"^The run run-1 \(Deploy, since .* UTC\) was killed before it had finished\.$", Assert.Single(_said));
    }

    [Fact]
    public async Task A_child_that_lives_on_does_not_keep_the_lock()
    {
        var held = await AcquireAsync();
        var child = await new Command(TestScope.New(), "sleep", "60")
            .StartDetachedAsync(Path.Combine(_project.Root, "log"), CancellationToken.None);
        held.Dispose();

        using (await _time.RunAsync(AcquireAsync()))
        {
            Assert.Equal(0, Libc.Kill(child, Libc.KillNow));
        }
    }

    [Fact]
    public async Task Others_see_the_lock_as_flock_does()
    {
        var tryFlock = new Command(TestScope.New(), "flock", "--nonblock", Path.Combine(_project.Paths.State, "lock"), "true");
        using (await _time.RunAsync(AcquireAsync()))
        {
            Assert.Equal(1, (await tryFlock.TryRunAsync(CancellationToken.None)).ExitCode);
        }

        Assert.Equal(0, (await tryFlock.TryRunAsync(CancellationToken.None)).ExitCode);
    }

    [Fact]
    public async Task Giving_it_back_removes_the_record_and_doing_it_twice_takes_it_from_nobody()
    {
        var first = await AcquireAsync();
        first.Dispose();
        Assert.Null(RunRecord.Read(_project.Paths));

        using var second = await _time.RunAsync(AcquireAsync());
        first.Dispose();

        Assert.NotNull(RunRecord.Read(_project.Paths));
        await Assert.ThrowsAsync<HarborException>(() => _time.RunAsync(AcquireAsync()));
        Assert.Empty(_said);
    }

    [Fact]
    public async Task A_damaged_record_does_not_stop_the_next_run()
    {
        Directory.CreateDirectory(_project.Paths.State);
        await File.WriteAllTextAsync(Path.Combine(_project.Paths.State, "run.json"), "{ \"id\": ");

        using var held = await _time.RunAsync(AcquireAsync());

        Assert.Equal("run-2", RunRecord.Read(_project.Paths)!.Id);
    }

    [Fact]
    public async Task A_var_that_cannot_be_written_is_a_clear_error()
    {
        await File.WriteAllTextAsync(_project.Paths.Var, "a file where the folder should be");

        var error = await Assert.ThrowsAsync<HarborException>(() => _time.RunAsync(AcquireAsync()));

        Assert.StartsWith("var/state/lock could not be opened: ", error.Message);
        Assert.EndsWith(
            $"Harbor keeps its state below {_project.Paths.Var} and must be able to write there.", error.Message);
    }

    [Fact]
    public async Task Where_the_record_cannot_be_written_the_lock_is_given_back()
    {
        Directory.CreateDirectory(Path.Combine(_project.Paths.State, "run.json"));
        await Assert.ThrowsAsync<HarborException>(() => _time.RunAsync(AcquireAsync()));

        Directory.Delete(Path.Combine(_project.Paths.State, "run.json"));
        using var held = await _time.RunAsync(AcquireAsync());
    }

    private void Say(string line)
    {
        lock (_said)
        {
            _said.Add(line);
        }
    }

    /// <summary>By a run that is known, or by one that has not had the time to write its record.</summary>
    private static bool IsRefused(string? line) =>
        line!.StartsWith("Another run is at work here: Deploy, pid ", StringComparison.Ordinal)
        || line.StartsWith("Another run is at work here; it has just started.", StringComparison.Ordinal);

    private Task<RunLock> AcquireAsync(TimeSpan? wait = null, CancellationToken ct = default) =>
        RunLock.AcquireAsync(
            new RunScope("run-2", RunScope.ProcessVariables(), new Redaction(), _time), _project.Paths, "Deploy", wait, Say, ct);
}
