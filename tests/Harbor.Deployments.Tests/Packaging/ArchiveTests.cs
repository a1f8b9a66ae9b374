using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using Harbor.Processes;
using Harbor.Tests;

namespace Harbor.Deployments.Tests.Packaging;

public sealed class ArchiveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_same_content_gives_the_same_bytes_whatever_the_times_and_modes()
    {
        using var other = new TemporaryFolder();
        var first = await _folder.Context("b", "a/x", "a/y").PackAsync();
        var spec = other.Context("a/y", "a/x", "b");
        File.SetLastWriteTimeUtc(other["a/x"], new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        File.SetUnixFileMode(other["b"], UnixFileMode.UserRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute);

        Assert.Equal(first, await spec.PackAsync());
    }

    [Fact]
    public async Task What_a_build_sees_changes_the_digest()
    {
        var spec = _folder.Context("a", "b");
        var digests = new List<string> { await DigestAsync() };
        File.SetUnixFileMode(_folder["a"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        digests.Add(await DigestAsync());
        File.CreateSymbolicLink(_folder["c"], "a");
        digests.Add(await DigestAsync());
        _folder.Write("b", "other");
        digests.Add(await DigestAsync());
        File.Move(_folder["b"], _folder["d"]);
        digests.Add(await DigestAsync());

        Assert.Equal(5, digests.Distinct().Count());

        async Task<string> DigestAsync() => (await new HarborPackager(spec).GetPackageInfoAsync(CancellationToken.None)).ContextDigest;
    }

    [Fact]
    public async Task Entries_are_sorted_and_say_nothing_of_the_machine()
    {
        var spec = _folder.Context("b/2", "b/1", "b.txt", "a", "B");
        File.SetUnixFileMode(_folder["a"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.CreateDirectory(_folder["empty/folder"]);
        File.CreateSymbolicLink(_folder["b/link"], "../a");
        Directory.CreateSymbolicLink(_folder["linked"], "b");

        var entries = PackedContexts.Entries(await spec.PackAsync()).Cast<UstarTarEntry>().ToList();

        Assert.Equal(["B", "Dockerfile", "a", "b.txt", "b/1", "b/2", "b/link", "linked"], entries.Select(entry => entry.Name));
        Assert.All(entries, entry => Assert.Equal(
            (0, 0, "", "", DateTimeOffset.UnixEpoch), (entry.Uid, entry.Gid, entry.UserName, entry.GroupName, entry.ModificationTime)));
        Assert.Equal("755", Mode(entries[2]));
        Assert.Equal("644", Mode(entries[0]));
        Assert.Equal(("../a", TarEntryType.SymbolicLink), (entries[6].LinkName, entries[6].EntryType));
        Assert.Equal(("b", TarEntryType.SymbolicLink), (entries[7].LinkName, entries[7].EntryType));
        Assert.Equal("b/2", Encoding.UTF8.GetString(((MemoryStream)entries[5].DataStream!).ToArray()));

        static string Mode(TarEntry entry) => Convert.ToString((int)entry.Mode, 8);
    }

    [Fact]
    public async Task The_gzip_has_no_name_and_no_time_and_the_tar_ends_after_two_blocks()
    {
        var archive = await _folder.Context().PackAsync();
        var tar = PackedContexts.Unzipped(archive);

        Assert.Equal(new byte[] { 0x1F, 0x8B, 8, 0, 0, 0, 0, 0 }, archive[..8]);
        Assert.Equal(4 * 512, tar.Length); // Header, content, end.
        Assert.All(tar[1024..], octet => Assert.Equal(0, octet));
    }

    [Fact]
    public async Task The_digest_is_of_the_uncompressed_tar()
    {
        var archive = new MemoryStream();
        var packed = await new HarborPackager(_folder.Context("a")).PackAsync(archive, CancellationToken.None);

        var expected = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(PackedContexts.Unzipped(archive.ToArray())));
        Assert.Equal(new PackedContext(expected, 2, 14, archive.Length), packed);
    }

    /// <summary>By three readers: .NET, GNU tar and Python.</summary>
    [Fact]
    public async Task Names_that_ustar_can_not_hold_come_back_whole()
    {
        var splits = $"{new string('p', 120)}/{new string('n', 90)}";
        var atLimit = $"{new string('q', 155)}/{new string('m', 100)}";
        var tooLong = $"{new string('d', 200)}/{new string('e', 200)}/x";
        string[] odd = ["grüße/ü.txt", "日本", "a b", "new\nline", "quote\"'"];
        string[] names = [.. odd, splits, atLimit, tooLong, new string('k', 100), new string('l', 101)];
        var spec = _folder.Context(names);
        File.CreateSymbolicLink(_folder["link"], tooLong);
        File.CreateSymbolicLink(_folder["link-ü"], "grüße/ü.txt");
        var archive = await spec.PackAsync();
        string[] expected = [.. names.Append("Dockerfile").Append("link").Append("link-ü").Order(StringComparer.Ordinal)];

        Assert.Equal(expected, PackedContexts.Entries(archive).Select(entry => entry.Name));
        Assert.Equal(tooLong, PackedContexts.Entries(archive).Single(entry => entry.Name == "link").LinkName);

        using var outside = new TemporaryFolder();
        File.WriteAllBytes(outside["a.tar.gz"], archive);
        const string Script = "import json, sys, tarfile; print(json.dumps([[m.name, m.linkname] for m in tarfile.open(sys.argv[1])]))";
        var python = await new Command(TestScope.New(), "python3", "-c", Script, outside["a.tar.gz"]).RunAsync(CancellationToken.None);
        var read = System.Text.Json.JsonDocument.Parse(python.Output).RootElement.EnumerateArray().ToList();
        Assert.Equal(expected, read.Select(row => row[0].GetString()));
        Assert.Contains("grüße/ü.txt", read.Select(row => row[1].GetString()));

        Directory.CreateDirectory(outside["out"]);
        await new Command(TestScope.New(), "tar", "-xzf", outside["a.tar.gz"], "-C", outside["out"]).RunAsync(CancellationToken.None);
        Assert.All(names, name => Assert.Equal(name, File.ReadAllText(outside["out/" + name])));
        Assert.Equal(tooLong, File.ReadAllText(outside["out/link"]));
    }

    [Fact]
    public async Task A_Dockerfile_outside_of_the_context_is_added()
    {
        using var outside = new TemporaryFolder();
        var spec = _folder.Context("a") with { DockerfilePath = outside.Write("my.Dockerfile", "FROM other\n") };

        var entries = PackedContexts.Entries(await spec.PackAsync());

        Assert.Equal([".harbor/Dockerfile", "Dockerfile", "a"], entries.Select(entry => entry.Name));
        Assert.Equal("FROM other\n", Encoding.UTF8.GetString(((MemoryStream)entries[0].DataStream!).ToArray()));
    }

    [Fact]
    public async Task The_package_info_has_the_public_keys_and_what_each_rule_excluded()
    {
        var info = await new HarborPackager(_folder.Context("a", "b.pyc", "c.pyc", ".git/x")).GetPackageInfoAsync(CancellationToken.None);
        var json = System.Text.Json.JsonSerializer.SerializeToNode(info, HarborJson.Default.PackageInfo)!.AsObject();

        Assert.Equal(
            ["file_count", "total_size_bytes", "total_size_mb", "context_dir", "dockerfile", "context_digest", "excluded_by_rule"],
            json.Select(pair => pair.Key));
        Assert.Equal((2, 14L), (info.FileCount, info.TotalSizeBytes));
        Assert.Equal(2, (int)json["excluded_by_rule"]!["exclude_globs '*.pyc'"]!);
        Assert.Equal(1, (int)json["excluded_by_rule"]!["exclude_globs '.git/**'"]!);
    }
}
