using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Harbor.Server.Http;

namespace Harbor.Server.Deployments;

/// <summary>What is known of an archive after every byte of it was looked at.</summary>
internal sealed record CheckedArchive(string Digest, bool HasDockerfile);

/// <summary>Reads an uploaded archive whole and refuses what could leave its folder, or fill the disk.</summary>
internal sealed class ArchiveCheck
{
    private readonly Dictionary<string, TarEntryType> _seen = [];
    private readonly HashSet<string> _links = [];

    /// <exception cref="HttpException">413 for a limit, 422 with the entry's name for everything else.</exception>
    public static async Task<CheckedArchive> RunAsync(Stream packed, CancellationToken ct)
    {
        var check = new ArchiveCheck();
        await using var unzipped = new GZipStream(packed, CompressionMode.Decompress, leaveOpen: true);
        await using var tar = new MeasuredStream(unzipped, packed.Length);
        try
        {
            await using var reader = new TarReader(tar, leaveOpen: true);
            while (await reader.GetNextEntryAsync(copyData: false, ct) is { } entry)
            {
                check.Take(entry);
            }

            var rest = new byte[64 * 1024]; // Of the padding: it is part of the digest.
            while (await tar.ReadAsync(rest, ct) > 0)
            {
            }
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw HttpException.Invalid("context", ContextLimits.NoArchive);
        }

        check.LookUnderLinks();
        return new CheckedArchive(tar.Digest(), check._seen.ContainsKey("Dockerfile"));
    }

    /// <summary>The name in the context: <c>tar -C dir .</c> writes <c>./name</c>. Empty: the folder itself.</summary>
    public static string Name(TarEntry entry)
    {
        var name = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
        name = entry.EntryType == TarEntryType.Directory ? name.TrimEnd('/') : name;
        return name == "." ? "" : name;
    }

    private void Take(TarEntry entry)
    {
        if (entry.EntryType is TarEntryType.GlobalExtendedAttributes)
        {
            return;
        }

        var name = Name(entry);
        if (entry.EntryType == TarEntryType.Directory && name.Length == 0)
        {
            return;
        }

        if (WhyNot(entry, name) is { } reason)
        {
            throw Refusal(entry.Name, reason);
        }

        if (!_seen.TryAdd(name, entry.EntryType) && (entry.EntryType != TarEntryType.Directory || _seen[name] != TarEntryType.Directory))
        {
            throw Refusal(entry.Name, "it is there twice");
        }

        if (entry.EntryType == TarEntryType.SymbolicLink)
        {
            _links.Add(name);
        }

        if (_seen.Count > ContextLimits.Entries)
        {
            throw new HttpException(413, "context_too_large", $"The context has more than {ContextLimits.Entries:N0} entries.");
        }
    }

    private static string? WhyNot(TarEntry entry, string name) => entry.EntryType switch
    {
        _ when Encoding.UTF8.GetByteCount(name) > ContextLimits.Name => "its name is longer than 1,024 bytes",
        _ when name.StartsWith('/') => "its name is absolute",
        _ when name.Contains('\\') => "its name has a backslash",
        _ when name.Contains('\0') => "its name has a NUL",
        _ when name.Split('/').Any(part => part is "" or "." or "..") => "its name has an empty segment, '.' or '..'",
        TarEntryType.HardLink => "it is a hard link",
        TarEntryType.SymbolicLink => IsInside(name, entry.LinkName) ? null : $"it links to {entry.LinkName}, outside of the context",
        TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile or TarEntryType.Directory => null,
        _ => "it is neither a file, nor a folder, nor a link",
    };

    private static bool IsInside(string name, string target)
    {
        if (target.Length == 0 || target[0] == '/' || target.Contains('\\') || target.Contains('\0'))
        {
            return false;
        }

        var depth = name.Count(letter => letter == '/');
        foreach (var part in target.Split('/'))
        {
            depth += part switch { ".." => -1, "" or "." => 0, _ => 1 };
            if (depth < 0)
            {
                return false;
            }
        }

        return true;
    }

    private void LookUnderLinks()
    {
        foreach (var name in _seen.Keys)
        {
            for (var end = name.IndexOf('/'); end > 0; end = name.IndexOf('/', end + 1))
            {
                var parent = name[..end];
                if (_links.Contains(parent) || (_seen.TryGetValue(parent, out var type) && type != TarEntryType.Directory))
                {
                    throw Refusal(name, $"it lies under {parent}, which is no folder");
                }
            }
        }
    }

    private static HttpException Refusal(string entry, string reason)
    {
        var shown = entry.Length > 200 ? entry[..200] + "…" : entry;
        return HttpException.Invalid("context",
            $"context entry '{shown.Replace("\0", "\\0", StringComparison.Ordinal)}' is refused: {reason}");
    }
}
