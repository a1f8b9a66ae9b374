using System.Security.Cryptography;

namespace Harbor.Deployments;

/// <summary>Writes a tar and hashes it on the way.</summary>
internal sealed class TarOutput(Stream destination, byte[] buffer) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <exception cref="IOException">The file is shorter or longer than it was when the context was listed.</exception>
    public async Task AddAsync(PackagedFile entry, string fullPath, CancellationToken ct)
    {
        if (entry.Target is { } target)
        {
            await WriteAsync(TarHeader.For(entry.Path, TarHeader.Link, 0x1FF, 0, target), ct);
            return;
        }

        var mode = entry.Mode == "0755" ? TarHeader.ExecutableMode : TarHeader.Mode;
        await WriteAsync(TarHeader.For(entry.Path, TarHeader.File, mode, entry.Size), ct);
        using var file = File.OpenHandle(fullPath, options: FileOptions.SequentialScan);
        long at = 0;
        while (await RandomAccess.ReadAsync(file, buffer, at, ct) is > 0 and var read)
        {
            at += read;
            if (at > entry.Size)
            {
                break;
            }

            await WriteAsync(buffer.AsMemory(0, read), ct);
        }

        if (at != entry.Size)
        {
            throw new IOException($"{entry.Path} changed while it was packed. Pack again when nothing writes to it.");
        }

        await WriteAsync(new byte[TarHeader.Padding(entry.Size)], ct);
    }

    /// <summary>Writes the end: two blocks of zeros.</summary>
    /// <returns><c>sha256:</c> of all that was written.</returns>
    public async Task<string> EndAsync(CancellationToken ct)
    {
        await WriteAsync(new byte[2 * TarHeader.Block], ct);
        return "sha256:" + Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    public void Dispose() => _hash.Dispose();

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        _hash.AppendData(bytes.Span);
        await destination.WriteAsync(bytes, ct);
    }
}
