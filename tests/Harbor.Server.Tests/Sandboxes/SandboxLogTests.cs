using Harbor.Masking;
using Harbor.Server.Rollouts;
using Harbor.Server.Sandboxes;

namespace Harbor.Server.Tests.Sandboxes;

/// <summary>A sandbox's output is whole, whatever the engine gave to the one who followed it.</summary>
[Trait("Category", "Engine")]
public sealed class SandboxLogTests : IAsyncLifetime
{
    private const string Program = "for i in 1 2 3 4 5 6 7 8 9; do echo \"löse $i\"; echo \"err $i\" >&2; done";
    private readonly Guid _installation = Guid.NewGuid();
    private readonly string _folder = Directory.CreateTempSubdirectory("harbor-logs-").FullName;
    private readonly Redaction _redaction = new();
    private CutEngine _cut = null!;
    private SandboxEngine _engine = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static string Expected(string line) => string.Concat(Enumerable.Range(1, 9).Select(i => $"{line} {i}\n"));

    private string Stdout => Path.Combine(_folder, "stdout");

    private string Stderr => Path.Combine(_folder, "stderr");

    public async ValueTask InitializeAsync()
    {
        _cut = await CutEngine.StartAsync();
        _engine = new SandboxEngine(new SandboxSettings { Engine = _cut.Url });
    }

    public async ValueTask DisposeAsync()
    {
        await EngineLeftovers.RemoveAsync(_engine, _installation);
        _engine.Dispose();
        await _cut.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Without_a_follower_the_files_hold_everything()
    {
        await using var logs = Logs(await EndedAsync(Program));

        await logs.CompleteAsync(Ct);

        await AssertWholeAsync();
        Assert.Equal(Expected("löse"), logs.StdoutTail);
    }

    [Theory]
    [InlineData(0, true)] // What engine 20.10 does to a follower of a container that ends quickly.
    [InlineData(11, true)] // In the middle of a character.
    [InlineData(60, true)]
    [InlineData(60, false)]
    public async Task A_follower_that_was_given_less_is_made_up_for(int bytes, bool looksWhole)
    {
        _cut.Most = path => IsFollowing(path) ? bytes : null;
        _cut.EndsWell = looksWhole;
        var id = await StartedAsync(Program);
        await using var logs = Logs(id);
        logs.Follow(Ct);
        await _engine.WaitAsync(id, Ct);

        await logs.CompleteAsync(Ct);

        await AssertWholeAsync();
    }

    [Fact]
    public async Task A_follower_that_never_ends_is_stopped_and_nothing_is_written_twice()
    {
        var id = await StartedAsync($"{Program}; sleep 300");
        await using var logs = new SandboxLogs(_engine, id, Stdout, Stderr, _redaction) { Patience = TimeSpan.FromMilliseconds(100) };
        logs.Follow(Ct);
        while (new FileInfo(Stderr).Length < 20)
        {
            await Task.Delay(20, Ct);
        }

        await logs.CompleteAsync(Ct); // The container still runs: its follower would go on for five minutes.

        await AssertWholeAsync();
    }

    [Fact]
    public async Task A_second_owner_writes_over_the_same_text_and_the_files_never_get_shorter()
    {
        var id = await EndedAsync(Program);
        await using (var first = Logs(id))
        {
            await first.CompleteAsync(Ct);
        }

        var length = new FileInfo(Stdout).Length;
        await using var second = Logs(id);

        Assert.Equal(length, new FileInfo(Stdout).Length);
        await second.CompleteAsync(Ct);
        await AssertWholeAsync();
    }

    private static bool IsFollowing(string path) => path.Contains("follow=1", StringComparison.OrdinalIgnoreCase)
        || path.Contains("follow=true", StringComparison.OrdinalIgnoreCase);

    private SandboxLogs Logs(string id) => new(_engine, id, Stdout, Stderr, _redaction);

    private async Task AssertWholeAsync()
    {
        Assert.Equal(Expected("löse"), await File.ReadAllTextAsync(Stdout, Ct));
        Assert.Equal(Expected("err"), await File.ReadAllTextAsync(Stderr, Ct));
    }

    private async Task<string> EndedAsync(string command)
    {
        var id = await StartedAsync(command);
        await _engine.WaitAsync(id, Ct);
        return id;
    }

    private async Task<string> StartedAsync(string command)
    {
        var id = await _engine.CreateAsync(new SandboxSpec
        {
            Image = "debian:bookworm",
            Command = command,
            Labels = new Dictionary<string, string> { ["harbor.server"] = $"{_installation}" },
            Variables = new Dictionary<string, string>(),
            CpuCores = 64, // More than the engine has: it gets what there is.
            MemoryMb = 64,
            DiskMb = 64,
            Pids = 64,
            Runtime = "runc",
            OpenFiles = null,
        }, Ct);
        await _engine.StartAsync(id, Ct);
        return id;
    }
}
