using System.Formats.Tar;
using System.IO.Compression;
using Harbor.Tests;

namespace Harbor.Deployments.Tests.Packaging;

/// <summary>Makes contexts and reads what was packed of them.</summary>
internal static class PackedContexts
{
    /// <summary>A context with a Dockerfile and these files, each with its path as content.</summary>
    public static HarborBuildSpec Context(this TemporaryFolder folder, params IEnumerable<string> files)
    {
        folder.Write("Dockerfile", "FROM scratch\n");
        foreach (var file in files)
        {
            folder.Write(file, file);
        }

        return new HarborBuildSpec { Name = "test", ContextDir = folder.Path, DockerfilePath = "Dockerfile" };
    }

    public static async Task<byte[]> PackAsync(this HarborBuildSpec spec)
    {
        var archive = new MemoryStream();
        await new HarborPackager(spec).PackAsync(archive, CancellationToken.None);
        return archive.ToArray();
    }

    public static IReadOnlyList<string> Paths(this HarborBuildSpec spec) =>
        [.. new HarborPackager(spec).GetFileList().Select(file => file.Path)];

    public static byte[] Unzipped(byte[] archive)
    {
        var tar = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(archive), CompressionMode.Decompress);
        gzip.CopyTo(tar);
        return tar.ToArray();
    }

    public static List<TarEntry> Entries(byte[] archive)
    {
        using var reader = new TarReader(new MemoryStream(Unzipped(archive)));
        var entries = new List<TarEntry>();
        while (reader.GetNextEntry(copyData: true) is { } entry)
        {
            entries.Add(entry);
        }

        return entries;
    }

    public static string[] Errors(this HarborBuildSpec spec, params string[] allowedSecrets) =>
        [.. Assert.Throws<HarborSpecException>(() => new HarborPackager(spec, allowedSecrets).GetFileList()).Errors
            .Select(error => error.Msg)];
}
