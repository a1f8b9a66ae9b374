using System.Text.Json;
using Harbor.Optimization.Doubles;
using Harbor.Optimization.Replay;

namespace Harbor.Optimization.Journal;

public sealed class KilledProcessTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("gepa").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task A_replay_that_is_killed_and_called_again_ends_as_one_that_was_not()
    {
        await File.WriteAllBytesAsync(PathOf("run"), Data.RunFile("068"), Ct);
        string[] command = ["replay", "--problem", "hash", "--run", PathOf("run"), "--output", PathOf("out"), "--state", PathOf("state")];
        var random = new Random(11);
        var killed = 0;
        for (var i = 0; i < 8; i++)
        {
            killed += await Probe.RunAsync(TimeSpan.FromMilliseconds(random.Next(100, 500)), command, Ct) is null ? 1 : 0;
        }

        Assert.Equal(0, await Probe.RunAsync(null, command, Ct));
        Assert.True(killed > 0);
        ReplayTests.Equal("068", JsonDocument.Parse(await File.ReadAllBytesAsync(PathOf("out"), Ct)).RootElement);
    }

    [Fact]
    public async Task A_native_run_that_is_killed_pays_again_only_what_was_running()
    {
        await File.WriteAllBytesAsync(PathOf("run"), Data.RunFile("101"), Ct);
        await using (File.Create(PathOf("paid")))
        {
        }

        string[] command = ["native", PathOf("run"), PathOf("state"), PathOf("paid"), "3"];
        var random = new Random(5);
        var killed = 0;
        for (var i = 0; i < 6; i++)
        {
            killed += await Probe.RunAsync(TimeSpan.FromMilliseconds(random.Next(150, 450)), command, Ct) is null ? 1 : 0;
        }

        Assert.Equal(0, await Probe.RunAsync(null, command, Ct));
        Assert.True(killed > 2, $"killed {killed} times");
        var paid = await File.ReadAllLinesAsync(PathOf("paid"), Ct);
        Assert.InRange(paid.Length - paid.Distinct().Count(), 0, 4 * killed); // Four at once.

        var run = ReplayRun.Parse(Data.RunFile("101"));
        var whole = new Recording(run.Problem);
        await GepaEngine.RunAsync(run.Options with { Mode = GepaMode.Native }, new HashRollouts(run.Problem).Adapter(), whole, [whole], Ct);
        using var store = new FileJournal(PathOf("state"));
        var events = new JournalReader(store).Lines("e")
            .Select(line => $"[\"{line.GetProperty("n")}\",{line.GetProperty("p").GetRawText()}]");
        Assert.Equal(whole.Events, events);
    }

    [Fact]
    public async Task A_run_that_is_open_is_not_opened_by_a_second_process()
    {
        await File.WriteAllBytesAsync(PathOf("run"), Data.RunFile("000"), Ct);
        using var held = new FileJournal(PathOf("state"));
        string[] args = ["--problem", "hash", "--run", PathOf("run"), "--output", PathOf("out"), "--state", PathOf("state")];
        using var error = new StringWriter();

        Assert.Equal(2, await ReplayCommand.RunAsync(args, error, Ct));
        Assert.Contains("Only one process may have it open", error.ToString(), StringComparison.Ordinal);
        Assert.False(File.Exists(PathOf("out")) || File.Exists(PathOf("out.new")));
    }

    private string PathOf(string name) => Path.Combine(directory, name);
}
