using System.Formats.Tar;

namespace Harbor.Server.Sandboxes;

/// <summary>Files out of a container: the engine gives a tar, whose names the sandbox chose.</summary>
internal static class TarFiles
{
    /// <summary>One regular file.</summary>
    /// <returns>Null bytes: it is a link or something else; <c>IsTooLarge</c>: it was not read.</returns>
    public static async Task<(byte[]? Bytes, bool IsTooLarge)> OneAsync(Stream tar, int most, CancellationToken ct)
    {
        await using var reader = new TarReader(tar);
        if (await reader.GetNextEntryAsync(copyData: false,
            ct) is not { EntryType: TarEntryType.RegularFile or TarEntryType.V7RegularFile } entry)
        {
            return (null, false);
        }

        if (entry.Length > most)
        {
            return (null, true);
        }

        using var bytes = new MemoryStream();
        await (entry.DataStream ?? Stream.Null).CopyToAsync(bytes, ct);
        return (bytes.ToArray(), false);
    }

    /// <summary>The regular files of a folder, by their names in it, in the tar's order. Links are left out.</summary>
    public static async IAsyncEnumerable<(string Name, TarEntry Entry)> FolderAsync(
        Stream tar, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await using var reader = new TarReader(tar);
        while (await reader.GetNextEntryAsync(copyData: false, ct) is { } entry)
        {
            var name = entry.Name.IndexOf('/') is var end and > 0 ? entry.Name[(end + 1)..] : "";
            if (name.Length > 0 && entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile)
            {
                yield return (name, entry);
            }
        }
    }
}
