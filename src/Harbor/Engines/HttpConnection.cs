using System.Text;

namespace Harbor.Engines;

/// <summary>
/// HTTP/1.1 over one connection, as much of it as a container engine uses. One request at a time: read an answer's body to its end before
/// the next request.
/// </summary>
internal sealed class HttpConnection(Stream stream) : IAsyncDisposable
{
    private const int MaxHeader = 64 * 1024;
    private byte[] _buffer = new byte[8 * 1024];
    private int _start;
    private int _end;

    /// <summary>Bytes of an answer have arrived, so the engine has seen the request.</summary>
    public bool Answered { get; private set; }

    /// <exception cref="IOException">The connection broke, or ended in the middle.</exception>
    /// <exception cref="InvalidDataException">The answer is not HTTP.</exception>
    public async Task<HttpAnswer> SendAsync(string method, string path, string? json, CancellationToken ct)
    {
        Answered = false;
        var length = json is not null ? $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n"
            : method == "POST" ? "Content-Length: 0\r\n" : "";
        await stream.WriteAsync(
            Encoding.UTF8.GetBytes($"{method} {path} HTTP/1.1\r\nHost: docker\r\nUser-Agent: harbor\r\n{length}\r\n{json}"), ct);
        while (true)
        {
            var answer = await ReadHeadAsync(ct);
            if (answer.Status >= 200)
            {
                return answer;
            }
        }
    }

    /// <summary>Some of the next bytes; 0 at the end of the stream.</summary>
    internal async ValueTask<int> ReadAsync(Memory<byte> target, CancellationToken ct)
    {
        if (_start == _end)
        {
            return await stream.ReadAsync(target, ct);
        }

        var count = Math.Min(target.Length, _end - _start);
        _buffer.AsMemory(_start, count).CopyTo(target);
        _start += count;
        return count;
    }

    /// <summary>One line, without its CR LF.</summary>
    internal async ValueTask<string> ReadLineAsync(CancellationToken ct)
    {
        var scanned = _start;
        while (true)
        {
            var at = Array.IndexOf(_buffer, (byte)'\n', scanned, _end - scanned);
            if (at >= 0)
            {
                var line = Encoding.Latin1.GetString(_buffer, _start, at - _start).TrimEnd('\r');
                _start = at + 1;
                return line;
            }

            scanned = _end - _start;
            if (!await FillAsync(ct))
            {
                throw new EndOfStreamException("the connection ended in the middle of an answer");
            }

            scanned += _start;
        }
    }

    private async Task<HttpAnswer> ReadHeadAsync(CancellationToken ct)
    {
        var status = await ReadLineAsync(ct);
        if (!status.StartsWith("HTTP/1.", StringComparison.Ordinal) || status.Length < 12
            || !int.TryParse(status.AsSpan(9, 3), out var code))
        {
            throw new InvalidDataException($"it answered '{status[..Math.Min(60, status.Length)]}', which is not HTTP");
        }

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var total = status.Length; await ReadLineAsync(ct) is { Length: > 0 } line;)
        {
            total += line.Length;
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || total > MaxHeader)
            {
                throw new InvalidDataException("its answer has a broken header");
            }

            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        return new HttpAnswer(this, code, headers);
    }

    private async ValueTask<bool> FillAsync(CancellationToken ct)
    {
        if (_start > 0)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= MaxHeader)
            {
                throw new InvalidDataException("a line of its answer does not end");
            }

            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var count = await stream.ReadAsync(_buffer.AsMemory(_end), ct);
        _end += count;
        Answered |= count > 0;
        return count > 0;
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
