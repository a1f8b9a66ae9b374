using Harbor.Processes;

namespace Harbor.Tests.Processes;

public sealed class DetachedTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("harbor-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Log => Path.Combine(_folder, "it's a log");

    [Fact]
    public async Task A_daemon_has_a_session_of_its_own_and_writes_to_its_log()
    {
        var pid = await new Command(TestScope.New(), "sh", "-c", "cat; echo \"<$1>\"; echo error >&2; sleep 600", "sh", "$(it) 's")
            .StartDetachedAsync(Log, CancellationToken.None);

        try
        {
            var expected = "<$(it) 's>\nerror\n";
            for (var wait = 0; wait < 200 && !(File.Exists(Log) && await File.ReadAllTextAsync(Log) == expected); wait++)
            {
                await Task.Delay(50);
            }

            Assert.Equal(expected, await File.ReadAllTextAsync(Log));
            var session = (await File.ReadAllTextAsync($"/proc/{pid}/stat")).Split(") ")[1].Split(' ')[3];
            Assert.Equal($"{pid}", session);
        }
        finally
        {
            Assert.NotEmpty(
                await ProcessTree.EndAsync(() => ProcessTree.Find("none", "none", pid), TimeSpan.FromSeconds(1), TimeProvider.System));
        }
    }

    [Fact]
    public async Task A_daemon_that_fails_at_once_is_an_error_with_the_end_of_its_log()
    {
        var failed = await Assert.ThrowsAsync<CommandFailedException>(
            () => new Command(TestScope.New(), "sh", "-c", "echo no disk; exit 4").StartDetachedAsync(Log, CancellationToken.None));
        var missing = await Assert.ThrowsAsync<CommandFailedException>(
            () => new Command(TestScope.New(), "no-such-daemon").StartDetachedAsync(Log, CancellationToken.None));

        Assert.Equal(4, failed.ExitCode);
        Assert.StartsWith("no disk\n", failed.Message);
        Assert.EndsWith("no-such-daemon: there is no such program", missing.Message);
    }
}
