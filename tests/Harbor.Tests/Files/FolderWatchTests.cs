using Harbor.Files;
using Microsoft.Extensions.Time.Testing;

namespace Harbor.Tests.Files;

public sealed class FolderWatchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FolderWatch _watch = new(TimeProvider.System);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_written_together_comes_together_and_each_file_once()
    {
        _watch.Follow([(_folder.Path, true)]);

        // A busy machine may stop for more than the 50 ms of quiet between two writes: once in three times, they come as written.
        var batches = new List<string>();
        for (var time = 0; time < 3; time++)
        {
            _folder.Write("a", "1");
            _folder.Write("a", "2");
            _folder.Write("b", "1");
            IReadOnlyList<string> batch;
            do
            {
                batch = await _watch.NextAsync(Ct);
                batches.Add(string.Join(" ", batch));
            }
            while (!batch.Contains(_folder["b"]));
        }

        Assert.Contains($"{_folder["a"]} {_folder["b"]}", batches);
    }

    [Fact]
    public async Task What_Harbor_itself_writes_beside_a_file_is_no_change()
    {
        _watch.Follow([(_folder.Path, true)]);

        AtomicFile.Write(_folder["file"], "1"u8);

        Assert.Equal([_folder["file"]], await _watch.NextAsync(Ct));
    }

    [Fact]
    public async Task What_editors_write_beside_a_file_is_no_change()
    {
        _watch.Follow([(_folder.Path, true)]);

        _folder.Write(".file.swp", "");
        _folder.Write("4913", "");
        File.CreateSymbolicLink(_folder[".#file"], "me@machine.4711:1");
        File.Move(_folder[".file.swp"], _folder["file~"]);
        _folder.Write("file", "");

        Assert.Equal([_folder["file"]], await ToldAsync("file"));
    }

    [Fact]
    public async Task New_folders_below_renames_deletions_and_changed_modes_count()
    {
        _folder.Write("mode", "");
        _watch.Follow([(_folder.Path, true)]);

        Directory.CreateDirectory(_folder["new"]);
        Assert.Equal([_folder["new"]], await _watch.NextAsync(Ct));
        _folder.Write("new/inside", "");
        Assert.Contains(_folder["new/inside"], await _watch.NextAsync(Ct));
        File.Move(_folder["new/inside"], _folder["new/other"]);
        Assert.Contains(_folder["new/other"], await _watch.NextAsync(Ct));
        File.Delete(_folder["new/other"]);
        Assert.Contains(_folder["new/other"], await _watch.NextAsync(Ct));
        File.SetUnixFileMode(_folder["mode"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.Equal([_folder["mode"]], await _watch.NextAsync(Ct));
    }

    [Fact]
    public async Task Only_what_is_followed_counts_and_a_missing_folder_is_no_error()
    {
        Directory.CreateDirectory(_folder["left/below"]);
        Directory.CreateDirectory(_folder["right"]);
        _watch.Follow([(_folder["left"], true)]);
        _watch.Follow([(_folder["left"], false), (_folder["right"], true), (_folder["missing"], true)]);

        _folder.Write("left/below/unseen", "");
        _folder.Write("left/seen", "");
        _folder.Write("right/seen", "");

        var batch = await _watch.NextAsync(Ct);
        Assert.DoesNotContain(_folder["left/below/unseen"], batch);
        Assert.Contains(_folder["left/seen"], batch);
        Assert.Contains(_folder["right/seen"], batch);
    }

    [Fact]
    public async Task Of_a_file_that_is_followed_nothing_beside_it_counts()
    {
        _folder.Write("folder/file", "1");
        _watch.Follow([(_folder["folder/file"], false), (_folder["none/yet"], false)]);

        _folder.Write("folder/other", "");
        _folder.Write("folder/file", "2");
        Assert.Equal([_folder["folder/file"]], await ToldAsync("folder/file"));
        File.Delete(_folder["folder/file"]);
        Assert.Equal([_folder["folder/file"]], await ToldAsync("folder/file"));
        Directory.CreateDirectory(_folder["none"]);
        Assert.Contains(_folder["none"], await ToldAsync("none"));
    }

    [Fact]
    public async Task Writing_without_pause_does_not_hold_the_batch_back_for_ever()
    {
        var time = new FakeTimeProvider();
        using var watch = new FolderWatch(time);
        watch.Follow([(_folder.Path, true)]);
        var next = watch.NextAsync(Ct);

        // Each write begins the 50 ms of quiet anew, and the clock moves less than that between two of them.
        while (!next.IsCompleted)
        {
            _folder.Write("log", "");
            await Task.Delay(1, Ct);
            time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal([_folder["log"]], await next);
        Assert.InRange((time.GetUtcNow() - time.Start).TotalMilliseconds, 50, 5000);
    }

    [Theory]
    [InlineData("etc")]
    [InlineData("etc/deep/own")]
    public async Task A_folder_that_is_recreated_is_watched_again(string name)
    {
        Directory.CreateDirectory(_folder[name]);
        _watch.Follow([(_folder[name], true)]);

        Directory.Delete(_folder["etc"], recursive: true);
        Directory.CreateDirectory(_folder[name]);
        await ToldAsync("etc");

        _watch.Follow([(_folder[name], true)]);
        _folder.Write($"{name}/file", "");
        await ToldAsync($"{name}/file");
    }

    [Theory]
    [InlineData("etc", true)]
    [InlineData("etc", false)]
    [InlineData("etc/deep/own", true)]
    [InlineData("etc/deep/own", false)]
    public async Task A_folder_that_is_away_for_a_while_is_watched_again_when_it_is_back(string name, bool isCopy)
    {
        Directory.CreateDirectory(_folder[name]);
        _watch.Follow([(_folder[name], true)]);

        Directory.Move(_folder["etc"], _folder["away"]);
        await ToldAsync("etc");
        _watch.Follow([(_folder[name], true)]);
        if (isCopy)
        {
            Directory.CreateDirectory(_folder[name]);
        }
        else
        {
            Directory.Move(_folder["away"], _folder["etc"]);
        }

        await ToldAsync("etc");
        _watch.Follow([(_folder[name], true)]);
        _folder.Write($"{name}/file", "");
        await ToldAsync($"{name}/file");
    }

    [Fact]
    public async Task A_folder_that_another_one_takes_the_place_of_is_watched_from_then_on()
    {
        Directory.CreateDirectory(_folder["etc"]);
        Directory.CreateDirectory(_folder["other"]);
        _watch.Follow([(_folder["etc"], true)]);

        Directory.Move(_folder["etc"], _folder["away"]);
        Directory.Move(_folder["other"], _folder["etc"]);
        await ToldAsync("etc");
        _watch.Follow([(_folder["etc"], true)]);
        _folder.Write("away/file", "");
        _folder.Write("etc/other", "");

        var batch = await ToldAsync("etc/other");
        Assert.DoesNotContain(_folder["etc/file"], batch);
    }

    [Fact]
    public async Task Waiting_is_cancelled()
    {
        _watch.Follow([(_folder.Path, true)]);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var next = _watch.NextAsync(stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    /// <summary>What came until the path was told of, all batches together.</summary>
    private async Task<IReadOnlyList<string>> ToldAsync(string name)
    {
        var told = new List<string>();
        while (!told.Contains(_folder[name]))
        {
            told.AddRange(await _watch.NextAsync(Ct).WaitAsync(TimeSpan.FromSeconds(10), Ct));
        }

        return told;
    }

    public void Dispose()
    {
        _watch.Dispose();
        _folder.Dispose();
    }
}
