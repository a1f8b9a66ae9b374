using Harbor.Server.Database;
using Harbor.Server.Files;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Tests.Nodes;

/// <summary>Two processes with a folder each, and PostgreSQL between them.</summary>
public sealed class SharedFileTests(TestServers servers) : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("harbor-shared-").FullName;
    private Databases _databases = null!;
    private DataFolder _one = null!;
    private DataFolder _other = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _databases = new Databases(DatabaseUrl.Parse(await servers.Cluster.NewDatabaseAsync()));
        await using var db = _databases.Open();
        await db.Database.MigrateAsync(Ct);
        (_one, _other) = (new DataFolder(Path.Combine(_folder, "one")), new DataFolder(Path.Combine(_folder, "other")));
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1024 * 1024)]
    [InlineData((3 * 1024 * 1024) + 17)]
    public async Task A_file_that_one_puts_the_other_fetches_byte_for_byte(int length)
    {
        var bytes = new byte[length];
        Random.Shared.NextBytes(bytes);
        var file = Path.Combine(_one.Artifacts, "r", "1", "x");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllBytesAsync(file, bytes, Ct);
        var there = Path.Combine(_other.Artifacts, "r", "1", "x");

        Assert.False(await Of(_other).FetchAsync(there, Ct));
        await Of(_one).PutAsync(file, Ct);
        await Of(_one).PutAsync(file, Ct); // Again is nothing.

        Assert.True(await Of(_other).FetchAsync(there, Ct));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(there, Ct));
        await Of(_one).DeleteAsync(_one.Artifacts + "/r/", Ct);
        File.Delete(there);
        Assert.False(await Of(_other).FetchAsync(there, Ct));
    }

    [Fact]
    public async Task A_growing_log_is_read_elsewhere_while_it_grows_and_a_process_that_takes_it_over_goes_on_behind()
    {
        var (written, read) = (Path.Combine(_one.Logs, "a.log"), Path.Combine(_other.Logs, "a.log"));
        var (first, second, reader) = (Of(_one), Of(_one), Of(_other));
        first.Grow(written);
        foreach (var line in (string[])["one\n", "two\n", "three\n"])
        {
            await File.AppendAllTextAsync(written, line, Ct);
            await first.SendAllAsync(Ct);
            await reader.RefreshAsync(read, Ct);
            Assert.Equal(await File.ReadAllTextAsync(written, Ct), await File.ReadAllTextAsync(read, Ct));
        }

        // The first is killed; the second writes the log over itself, as an adopted sandbox's.
        await File.WriteAllTextAsync(written, "one\n", Ct);
        second.Grow(written);
        await second.SendAllAsync(Ct);
        await File.WriteAllTextAsync(written, "one\ntwo\nthree\nfour\n", Ct);
        await second.EndAsync(written, Ct);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => reader.RefreshAsync(read, Ct))); // Readers at once.

        Assert.Equal("one\ntwo\nthree\nfour\n", await File.ReadAllTextAsync(read, Ct));
        Assert.Equal([read], await reader.OlderThanAsync(_other.Logs, TimeProvider.System.GetUtcNow().AddMinutes(1), Ct));
        Assert.Empty(await reader.OlderThanAsync(_other.Logs, TimeProvider.System.GetUtcNow().AddMinutes(-1), Ct));
    }

    [Fact]
    public async Task With_one_folder_for_all_nothing_goes_into_the_database()
    {
        var files = new SharedFiles(_one, _databases, new FileSettings { Store = "folder" }, TimeProvider.System);
        var file = Path.Combine(_one.Contexts, "c.tar.gz");
        await File.WriteAllTextAsync(file, "x", Ct);

        await files.PutAsync(file, Ct);
        files.Grow(file);
        await files.EndAsync(file, Ct);

        await using var db = _databases.Open();
        Assert.Equal(0, await db.FilePieces.CountAsync(Ct));
        Assert.True(await files.FetchAsync(file, Ct));
    }

    private SharedFiles Of(DataFolder data) => new(data, _databases, new FileSettings(), TimeProvider.System);
}
