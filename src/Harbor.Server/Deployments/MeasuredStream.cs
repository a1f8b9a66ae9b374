using System.Security.Cryptography;
using Harbor.Server.Http;

namespace Harbor.Server.Deployments;

/// <summary>The unpacked tar as it is read: hashed, and cut off at the limits, so that a bomb costs no more than they allow.</summary>
internal sealed class MeasuredStream(Stream inner, long packed) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _read;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    public string Digest() => $"sha256:{Convert.ToHexStringLower(_hash.GetCurrentHash())}";

    public override int Read(Span<byte> buffer) => Measure(buffer, inner.Read(buffer));

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Measure(buffer, await inner.ReadAsync(buffer, cancellationToken));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _hash.Dispose();
        base.Dispose(disposing);
    }

    private int Measure(Memory<byte> buffer, int read) => Measure(buffer.Span, read);

    private int Measure(ReadOnlySpan<byte> buffer, int read)
    {
        _hash.AppendData(buffer[..read]);
        _read += read;
        if (_read > ContextLimits.Unpacked)
        {
            throw new HttpException(413, "context_too_large", "The context exceeds 1 GiB unpacked.");
        }

        return _read <= packed * ContextLimits.Ratio ? read
            : throw new HttpException(413, "context_bomb", $"The context unpacks to more than {ContextLimits.Ratio} times its size.");
    }
}
