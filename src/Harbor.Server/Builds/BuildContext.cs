using System.Formats.Tar;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;
using Harbor.Server.Deployments;

namespace Harbor.Server.Builds;

/// <summary>A stored context as the engine gets it: without the hidden tests, with the Dockerfile that the request brought.</summary>
internal static class BuildContext
{
    public const string GivenDockerfile = ".harbor/Dockerfile";

    /// <summary>A tar that is made while it is read.</summary>
    public static Stream Read(FileStream packed, string? dockerfile, string? verifyDir, CancellationToken ct)
    {
        var pipe = new Pipe();
        _ = WriteAsync(pipe.Writer, packed, dockerfile, verifyDir, ct);
        return pipe.Reader.AsStream();
    }

    /// <summary>The entries under the hidden folder, with names relative to it, as a tar for <c>/tests</c>.</summary>
    public static async Task WriteTestsAsync(FileStream packed, string verifyDir, Stream output, CancellationToken ct)
    {
        await using var tar = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true);
        await foreach (var (name, entry) in EntriesAsync(packed, ct))
        {
            if (name.StartsWith(verifyDir + "/", StringComparison.Ordinal))
            {
                await WriteAsync(tar, name[(verifyDir.Length + 1)..], entry, ct);
            }
        }
    }

    /// <summary>The archive's own Dockerfile.</summary>
    public static async Task<string> DockerfileAsync(FileStream packed, CancellationToken ct)
    {
        await foreach (var (name, entry) in EntriesAsync(packed, ct))
        {
            if (name == "Dockerfile" && entry.DataStream is { } data)
            {
                using var reader = new StreamReader(data, Encoding.UTF8);
                return await reader.ReadToEndAsync(ct);
            }
        }

        return "";
    }

    private static async Task WriteAsync(PipeWriter pipe, FileStream packed, string? dockerfile, string? verifyDir, CancellationToken ct)
    {
        Exception? failure = null;
        try
        {
            await using var output = pipe.AsStream(leaveOpen: true);
            await using var tar = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true);
            await foreach (var (name, entry) in EntriesAsync(packed, ct))
            {
                if ((verifyDir is null || (name != verifyDir && !name.StartsWith(verifyDir + "/", StringComparison.Ordinal)))
                    && (dockerfile is null || name != GivenDockerfile))
                {
                    await WriteAsync(tar, name, entry, ct);
                }
            }

            if (dockerfile is not null)
            {
                using var text = new MemoryStream(Encoding.UTF8.GetBytes(dockerfile));
                await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, GivenDockerfile) { DataStream = text }, ct);
            }
        }
#pragma warning disable CA1031 // Whatever it is, the reader of the pipe gets it.
        catch (Exception error)
        {
            failure = error;
        }
#pragma warning restore CA1031
        finally
        {
            await pipe.CompleteAsync(failure);
        }
    }

    private static async IAsyncEnumerable<(string Name, TarEntry Entry)> EntriesAsync(
        FileStream packed, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        packed.Position = 0;
        await using var unzipped = new GZipStream(packed, CompressionMode.Decompress, leaveOpen: true);
        await using var reader = new TarReader(unzipped, leaveOpen: true);
        while (await reader.GetNextEntryAsync(copyData: false, ct) is { } entry)
        {
            if (entry.EntryType != TarEntryType.GlobalExtendedAttributes && ArchiveCheck.Name(entry) is { Length: > 0 } name)
            {
                yield return (name, entry);
            }
        }
    }

    private static Task WriteAsync(TarWriter tar, string name, TarEntry entry, CancellationToken ct)
    {
        var type = entry.EntryType is TarEntryType.SymbolicLink or TarEntryType.Directory ? entry.EntryType : TarEntryType.RegularFile;
        var copy = new PaxTarEntry(type, name) { Mode = entry.Mode, ModificationTime = entry.ModificationTime };
        if (type == TarEntryType.SymbolicLink)
        {
            copy.LinkName = entry.LinkName;
        }
        else if (type == TarEntryType.RegularFile)
        {
            copy.DataStream = entry.DataStream is { } data ? new SizedStream(data, entry.Length) : null;
        }

        return tar.WriteEntryAsync(copy, ct);
    }
}
