using System.Globalization;

namespace Harbor.Engines;

/// <summary>Status, headers, and a body to read: of known length, in chunks, or until the connection ends.</summary>
internal sealed class HttpAnswer
{
    private const int MaxBody = 256 * 1024 * 1024;
    private readonly HttpConnection _connection;
    private readonly bool _chunked;
    private long? _left;
    private bool _ended;
    private bool _betweenChunks;

    public HttpAnswer(HttpConnection connection, int status, IReadOnlyDictionary<string, string> headers)
    {
        (_connection, Status, Headers) = (connection, status, headers);
        _chunked = headers.TryGetValue("Transfer-Encoding", out var coding)
            && coding.EndsWith("chunked", StringComparison.OrdinalIgnoreCase);
        if (status is 204 or 304)
        {
            _ended = true;
        }
        else if (_chunked)
        {
            _left = 0;
        }
        else if (headers.TryGetValue("Content-Length", out var length))
        {
            _left = long.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
                ? bytes
                : throw new InvalidDataException($"its answer is '{length}' bytes long");
            _ended = bytes == 0;
        }
    }

    public int Status { get; }

    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>The connection can take another request once the body is read.</summary>
    public bool KeepsAlive => _ended && (_left is not null || Status is 204 or 304)
        && !(Headers.TryGetValue("Connection", out var connection) && connection.Equals("close", StringComparison.OrdinalIgnoreCase));

    /// <summary>Some bytes of the body; 0 at its end.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> target, CancellationToken ct)
    {
        if (_chunked && _left == 0 && !_ended)
        {
            await NextChunkAsync(ct);
        }

        if (_ended)
        {
            return 0;
        }

        var count = await _connection.ReadAsync(_left is { } left && left < target.Length ? target[..(int)left] : target, ct);
        if (count == 0 && _left is not null)
        {
            throw new EndOfStreamException("the connection ended in the middle of an answer");
        }

        _left -= count;
        _ended = count == 0 || (!_chunked && _left == 0);
        return count;
    }

    /// <summary>The whole rest of the body.</summary>
    public async Task<ReadOnlyMemory<byte>> ReadToEndAsync(CancellationToken ct)
    {
        var body = new byte[_left is > 0 and < 1024 * 1024 ? (int)_left + 1 : 16 * 1024];
        for (var length = 0; ;)
        {
            var count = await ReadAsync(body.AsMemory(length), ct);
            length += count;
            if (count == 0)
            {
                return body.AsMemory(0, length);
            }

            if (length == body.Length)
            {
                Array.Resize(ref body, length < MaxBody ? length * 2 : throw new InvalidDataException("its answer does not end"));
            }
        }
    }

    private async ValueTask NextChunkAsync(CancellationToken ct)
    {
        if (_betweenChunks && (await _connection.ReadLineAsync(ct)).Length > 0)
        {
            throw new InvalidDataException("a chunk of its answer is longer than it says");
        }

        var size = await _connection.ReadLineAsync(ct);
        var digits = size.Split(';')[0].Trim();
        _left = int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bytes) && bytes >= 0
            ? bytes
            : throw new InvalidDataException($"a chunk of its answer is '{digits}' bytes long");
        _betweenChunks = true;
        if (bytes == 0)
        {
            while ((await _connection.ReadLineAsync(ct)).Length > 0)
            {
            }

            _ended = true;
        }
    }
}
