using System.Net.Sockets;
using System.Runtime.InteropServices;
using Harbor.Tests;

namespace Harbor.Deployments.Tests.Packaging;

public sealed partial class RefusedContextTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 15000)]
    public async Task Fifos_and_sockets_are_refused_by_name_and_not_opened()
    {
        var spec = _folder.Context("a/x");
        MakeFifo(_folder["a/fifo"]);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_folder["socket"]));

        var errors = await Task.Run(() => spec.Errors(), TestContext.Current.CancellationToken);

        Assert.Equal(
        [
            "a/fifo: a FIFO can't be packed; exclude it, or remove it", "socket: a socket can't be packed; exclude it, or remove it",
        ], errors);
        Assert.Equal(["Dockerfile", "a/x"], (spec with { ExcludeGlobs = ["socket", "*fifo"] }).Paths());
    }

    [Fact(Timeout = 15000)]
    public async Task A_FIFO_in_place_of_the_Dockerfile_is_refused_and_not_waited_for()
    {
        var spec = _folder.Context();
        File.Delete(_folder["Dockerfile"]);
        MakeFifo(_folder["Dockerfile"]);

        var errors = await Task.Run(() => spec.Errors(), TestContext.Current.CancellationToken);

        Assert.Equal([$"{_folder["Dockerfile"]}: a FIFO can't be read as text"], errors);
    }

    [Fact]
    public void An_empty_file_is_packed() => Assert.Contains("a", Empty("a").Paths());

    [Theory]
    [InlineData("link", "/etc/passwd")]
    [InlineData("link", "../x")]
    [InlineData("a/link", "../../x")]
    [InlineData("a/link", "b/../../../x")]
    [InlineData("link", "a/../../context/Dockerfile")]
    public void A_link_that_leaves_the_context_is_refused_with_both_paths(string link, string target)
    {
        var spec = _folder.Context("a/b/x");
        File.CreateSymbolicLink(_folder[link], target);

        Assert.Equal([$"{link}: the link to '{target}' leaves the context; copy what it points to, or exclude it"], spec.Errors());
    }

    /// <summary>By its text it stays inside; on disk it does not, because of the link that it goes through.</summary>
    [Fact]
    public void A_link_that_leaves_the_context_through_another_link_is_refused()
    {
        var spec = _folder.Context("a/b/x");
        Directory.CreateSymbolicLink(_folder["a/b/up"], "../..");
        File.CreateSymbolicLink(_folder["out"], "a/b/up/../secret");

        Assert.Equal(["out: the link to 'a/b/up/../secret' leaves the context; copy what it points to, or exclude it"], spec.Errors());
    }

    [Theory]
    [InlineData("a/link", "../Dockerfile")]
    [InlineData("link", "a/./b//x")]
    [InlineData("link", "not/there")]
    [InlineData("link", "link")]
    public void A_link_inside_is_packed_even_if_it_points_to_nothing(string link, string target)
    {
        var spec = _folder.Context("a/b/x");
        File.CreateSymbolicLink(_folder[link], target);

        if (target == "link")
        {
            Assert.Single(spec.Errors()); // It goes in a circle.
            return;
        }

        Assert.Contains(new PackagedFile(link, 0, "0777", target), new HarborPackager(spec).GetFileList());
    }

    [Fact]
    public void A_name_with_a_backslash_is_refused()
    {
        var spec = _folder.Context("a\\b");

        Assert.Equal(["a\\b: a name with a backslash can't be packed; rename it"], spec.Errors());
    }

    [Fact]
    public void More_than_20000_files_are_refused_with_the_largest_folders()
    {
        var spec = _folder.Context("src/a");
        for (var folder = 0; folder < 4; folder++)
        {
            Directory.CreateDirectory(_folder[$"data/{folder}"]);
            for (var file = 0; file < 5000; file++)
            {
                File.WriteAllBytes(_folder[$"data/{folder}/{file}"], []);
            }
        }

        Assert.Equal(
        [
            "The context has 20,002 files; at most 20,000 are allowed. Consider adding more patterns to exclude_globs. Largest folders: " +
                ". 0.0 MB in 1 files, src 0.0 MB in 1 files, data/0 0.0 MB in 5,000 files, data/1 0.0 MB in 5,000 files, " +
                "data/2 0.0 MB in 5,000 files.",
        ], spec.Errors());
    }

    [Fact]
    public void More_than_a_gibibyte_is_refused_before_anything_is_read()
    {
        var spec = _folder.Context("data/a/x");
        using (var sparse = File.OpenHandle(_folder["data/a/x"], FileMode.Open, FileAccess.Write))
        {
            RandomAccess.SetLength(sparse, (1L << 30) + 1);
        }

        Assert.Equal("The context has 1024.0 MB; at most 1024.0 MB are allowed before packing. Consider adding more patterns to " +
            "exclude_globs. Largest folders: data/a 1024.0 MB in 1 files, . 0.0 MB in 1 files.", Assert.Single(spec.Errors()));
    }

    [Fact]
    public async Task A_package_above_100_MB_is_refused_with_its_size()
    {
        var spec = _folder.Context();
        var random = new Random(1);
        await using (var file = File.Create(_folder["noise"]))
        {
            var chunk = new byte[1 << 20];
            for (var mib = 0; mib < 102; mib++)
            {
                random.NextBytes(chunk);
                await file.WriteAsync(chunk);
            }
        }

        var destination = new CountingStream();
        var error = await Assert.ThrowsAsync<HarborSpecException>(
            () => new HarborPackager(spec).PackAsync(destination, CancellationToken.None));

        Assert.Equal("Package size (102.0 MB) exceeds maximum (100.0 MB). Consider adding more patterns to exclude_globs. " +
            "Largest folders: . 102.0 MB in 2 files.", error.Message);
        Assert.Equal(HarborPackager.LargestPackage, destination.Length); // No more than the limit was written.
    }

    [Fact]
    public void All_errors_are_reported_at_once()
    {
        var spec = _folder.Context("a\\b");
        MakeFifo(_folder["fifo"]);
        File.CreateSymbolicLink(_folder["link"], "/etc");

        Assert.Equal(3, spec.Errors().Length);
    }

    private HarborBuildSpec Empty(string name)
    {
        var spec = _folder.Context();
        _folder.Write(name, "");
        return spec;
    }

    private static void MakeFifo(string path) => Assert.Equal(0, MakeFifo(path, 0x180));

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeFifo(string path, int mode);

    private sealed class CountingStream : MemoryStream
    {
        private long _count;

        public override long Length => _count;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _count += buffer.Length;
            return ValueTask.CompletedTask;
        }

        public override void Write(ReadOnlySpan<byte> buffer) => _count += buffer.Length;
    }

    [Fact]
    public async Task An_empty_file_that_another_program_locks_is_not_taken_for_a_socket()
    {
        var spec = Empty("lock");
        await using var held = new FileStream(_folder["lock"], FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        var error = Assert.ThrowsAny<IOException>(() => spec.Paths());

        Assert.Contains("being used by another process", error.Message, StringComparison.Ordinal);
    }
}
