using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Harbor.Deployments;

/// <summary>A JSON body of which one string is an archive in base64, written while it is read: memory stays flat.</summary>
internal sealed class ArchiveContent : HttpContent
{
    private const int ChunkSize = 96 * 1024; // Divisible by three: no padding within.

    private readonly TemporaryArchive _archive;
    private readonly byte[] _before;
    private readonly byte[] _after;

    /// <param name="body">JSON in which <paramref name="marker"/> stands once, for the archive.</param>
    public ArchiveContent(string body, string marker, TemporaryArchive archive)
    {
        var at = body.IndexOf(marker, StringComparison.Ordinal);
        _before = Encoding.UTF8.GetBytes(body[..at]);
        _after = Encoding.UTF8.GetBytes(body[(at + marker.Length)..]);
        _archive = archive;
        Headers.ContentType = new MediaTypeHeaderValue("application/json");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(_before, cancellationToken);
        var bytes = new byte[ChunkSize];
        var text = new byte[Base64.GetMaxEncodedToUtf8Length(ChunkSize)];
        for (long offset = 0; offset < _archive.Packed.PackedBytes;)
        {
            var length = await FillAsync(bytes, offset, cancellationToken);
            offset += length;
            Base64.EncodeToUtf8(bytes.AsSpan(0, length), text, out _, out var written);
            await stream.WriteAsync(text.AsMemory(0, written), cancellationToken);
        }

        await stream.WriteAsync(_after, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _before.Length + ((_archive.Packed.PackedBytes + 2) / 3 * 4) + _after.Length;
        return true;
    }

    private async Task<int> FillAsync(byte[] bytes, long offset, CancellationToken ct)
    {
        var length = 0;
        while (length < bytes.Length && await _archive.ReadAsync(bytes.AsMemory(length), offset + length, ct) is > 0 and var read)
        {
            length += read;
        }

        return length > 0 ? length : throw new IOException("The packed archive is shorter than it was.");
    }
}
