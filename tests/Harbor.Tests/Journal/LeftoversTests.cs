using System.Globalization;
using Harbor.Processes;
using Harbor.Runs;
using Microsoft.Extensions.Time.Testing;

namespace Harbor.Tests.Journal;

public sealed class LeftoversTests : IDisposable
{
    private readonly Project _project = new();
    private readonly List<string> _said = [];

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task The_next_run_ends_the_children_and_grandchildren_of_a_killed_one()
    {
        var id = RunId.New(TimeProvider.System);
        using var killed =
            new Probe("work", _project.Root, id, "sh", "-c", "(setsid sleep 600 & echo $!); trap '' TERM; echo $$; sleep 601; sleep 602");
        var (grandchild, child) = (await PidAsync(killed), await PidAsync(killed));
        await killed.KillAsync();
        Assert.NotNull(ProcessTree.Stat(child));
        Assert.NotNull(ProcessTree.Stat(grandchild));

        var time = new FakeTimeProvider();
        using var next = await time.RunAsync(
            RunLock.AcquireAsync(TestScope.At(time), _project.Paths, "Deploy", null, _said.Add, CancellationToken.None));

        Assert.Null(ProcessTree.Stat(child));
        Assert.Null(ProcessTree.Stat(grandchild));
        Assert.Contains($"sh ({child})", Assert.Single(_said));
        Assert.Contains($"sleep ({grandchild})", _said[0]);
    }

    [Fact]
    public async Task Processes_of_other_runs_and_detached_ones_are_left_alone()
    {
        var log = Path.Combine(_project.Root, "log");
        var environment =
            new Dictionary<string, string>(TestScope.New().ChildVariables()) { [ChildEnvironment.RunIdVariable] = "dead-run" };
        var detached = await new Command(TestScope.New(), "sleep", "600") { Environment = environment }.StartDetachedAsync(
            log, CancellationToken.None);
        environment[ChildEnvironment.RunIdVariable] = "dead-run-2";
        using var cancel = new CancellationTokenSource();
        var other = new Command(TestScope.New(), "sleep", "600") { Environment = environment }.RunAsync(cancel.Token);
        try
        {
            Assert.Empty(await Leftovers.EndAsync("dead-run", TimeProvider.System));

            Assert.NotNull(ProcessTree.Stat(detached));
            Assert.False(other.IsCompleted);
        }
        finally
        {
            _ = Libc.Kill(detached, Libc.KillNow);
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => other);
        }
    }

    private static async Task<int> PidAsync(Probe probe) => int.Parse((await probe.ReadLineAsync())!, CultureInfo.InvariantCulture);
}
