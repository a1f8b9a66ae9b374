using System.Formats.Tar;
using System.Net;
using System.Text;

namespace Harbor.Server.Tests.Deployments;

/// <summary>What an upload can't do, whoever packed it.</summary>
public sealed class ArchiveTests(TestServers servers)
{
    private static readonly UstarTarEntry Dockerfile = File("Dockerfile", "FROM scratch");

    [Theory]
    [InlineData("/etc/passwd", "absolute")]
    [InlineData("../out", "'..'")]
    [InlineData("a/../../out", "'..'")]
    [InlineData("a//b", "empty segment")]
    [InlineData("a/./b", "'.'")]
    [InlineData("a\\b", "backslash")]
    public async Task A_name_that_leaves_the_folder_is_refused(string name, string reason) =>
        await RefusedAsync([Dockerfile, File(name, "x")], reason);

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../outside")]
    [InlineData("sub/../../outside")]
    public async Task A_link_that_leaves_the_folder_is_refused(string target) =>
        await RefusedAsync([Dockerfile, new PaxTarEntry(TarEntryType.SymbolicLink, "link") { LinkName = target }], "links to");

    [Fact]
    public async Task A_file_under_a_link_is_refused() => await RefusedAsync(
        [Dockerfile, File("folder/x", "x"), new UstarTarEntry(TarEntryType.SymbolicLink, "link") { LinkName = "folder" },
            File("link/y", "y")], "no folder");

    [Fact]
    public async Task A_file_under_a_link_that_comes_later_is_refused() => await RefusedAsync(
        [Dockerfile, File("link/y", "y"), new UstarTarEntry(TarEntryType.SymbolicLink, "link") { LinkName = "." }], "no folder");

    [Fact]
    public async Task A_name_that_is_there_twice_is_refused() =>
        await RefusedAsync([Dockerfile, File("a", "1"), File("./a", "2")], "twice");

    [Fact]
    public async Task A_hard_link_is_refused() =>
        await RefusedAsync([Dockerfile, new UstarTarEntry(TarEntryType.HardLink, "b") { LinkName = "Dockerfile" }], "hard link");

    [Theory]
    [InlineData(TarEntryType.Fifo)]
    [InlineData(TarEntryType.CharacterDevice)]
    [InlineData(TarEntryType.BlockDevice)]
    public async Task A_device_is_refused(TarEntryType type) =>
        await RefusedAsync([Dockerfile, new UstarTarEntry(type, "device")], "neither a file");

    [Fact]
    public async Task A_name_of_more_than_1024_bytes_is_refused() =>
        await RefusedAsync([Dockerfile, new PaxTarEntry(TarEntryType.RegularFile, new string('ä', 513))], "1,024 bytes");

    [Fact]
    public async Task A_leading_dot_slash_is_stripped_and_the_folder_itself_is_no_entry()
    {
        using var client = await servers.Sqlite.ClientAsync();
        var packed = Archives.OfEntries(new UstarTarEntry(TarEntryType.Directory, "./"), File("./Dockerfile", "FROM scratch"));

        await client.PostAsync("/api/harbor/deployments", Archives.Create("dotted", packed).ToJsonString());
    }

    [Fact]
    public async Task Links_inside_of_the_folder_are_kept()
    {
        using var client = await servers.Sqlite.ClientAsync();
        var packed = Archives.OfEntries(Dockerfile, File("a/b", "x"),
            new UstarTarEntry(TarEntryType.SymbolicLink, "a/c") { LinkName = "../Dockerfile" });

        await client.PostAsync("/api/harbor/deployments", Archives.Create("links", packed).ToJsonString());
    }

    [Fact]
    public async Task A_bomb_is_cut_off()
    {
        var answer = await SendAsync([Dockerfile,
            new UstarTarEntry(TarEntryType.RegularFile, "zeros") { DataStream = new MemoryStream(new byte[64 << 20]) }],
            HttpStatusCode.RequestEntityTooLarge);

        Assert.Contains("200 times", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_than_20000_entries_are_refused()
    {
        var random = new Random(1);
        var answer = await SendAsync([Dockerfile, .. Enumerable.Range(0, 20_001)
            .Select(i => File($"{random.NextInt64():x}{i}", $"{random.NextInt64()}"))],
            HttpStatusCode.RequestEntityTooLarge);

        Assert.Contains("20,000 entries", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not base64!")]
    [InlineData("AAAA")]
    [InlineData("H4sIAAAAAAAA")]
    [InlineData("\\ud83d\\ude00")]
    public async Task What_is_no_archive_is_refused(string text)
    {
        using var client = await servers.Sqlite.ClientAsync();
        var body = Archives.Create("bad", []);
        var json = body.ToJsonString().Replace("\"context_tar_base64\":\"\"", $"\"context_tar_base64\":\"{text}\"",
            StringComparison.Ordinal);

        var answer = await client.PostAsync("/api/harbor/deployments", json, HttpStatusCode.UnprocessableEntity);

        Assert.Equal("context is not a tar.gz", answer.Text("detail"));
    }

    [Fact]
    public async Task An_archive_cut_short_is_refused()
    {
        using var client = await servers.Sqlite.ClientAsync();
        var packed = Archives.Of(("Dockerfile", "FROM scratch"), ("a", new string('x', 10_000)));

        var answer = await client.PostAsync("/api/harbor/deployments", Archives.Create("cut", packed[..^20])
            .ToJsonString(), HttpStatusCode.UnprocessableEntity);

        Assert.Equal("context is not a tar.gz", answer.Text("detail"));
    }

    [Fact]
    public async Task An_archive_without_a_Dockerfile_needs_one_beside_it()
    {
        using var client = await servers.Sqlite.ClientAsync();
        var packed = Archives.Of(("a", "x"));

        var answer = await client.PostAsync("/api/harbor/deployments", Archives.Create("none", packed)
            .ToJsonString(), HttpStatusCode.UnprocessableEntity);
        Assert.Equal("no Dockerfile", answer.Text("detail"));

        await client.PostAsync("/api/harbor/deployments", Archives.Create("none", packed, "FROM scratch").ToJsonString());
    }

    private static UstarTarEntry File(string name, string text) =>
        new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) };

    private async Task RefusedAsync(TarEntry[] entries, string reason) =>
        Assert.Contains(reason, await SendAsync(entries, HttpStatusCode.UnprocessableEntity), StringComparison.Ordinal);

    private async Task<string> SendAsync(TarEntry[] entries, HttpStatusCode expected)
    {
        Dockerfile.DataStream!.Position = 0;
        using var client = await servers.Sqlite.ClientAsync();
        var answer = await client.PostAsync("/api/harbor/deployments", Archives.Create("x", Archives.OfEntries(entries))
            .ToJsonString(), expected);
        return answer.Text("detail");
    }
}
