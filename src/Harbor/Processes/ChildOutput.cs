using System.Text;
using Harbor.Masking;

namespace Harbor.Processes;

/// <summary>
/// One stream of a child. Its lines go to a listener, masked; its end is kept. After <see cref="Close"/> the listener is not called any
/// more.
/// </summary>
internal sealed class ChildOutput : IDisposable
{
    private readonly StreamReader _reader;
    private readonly int _keep;
    private readonly bool _maskKept;
    private readonly StringBuilder _kept = new();
    private readonly CancellationTokenSource _closed = new();
    private readonly Lock _gate = new();
    private readonly LineWriter _lines;
    private readonly MaskingWriter _masked;
    private bool _isHeard;

    public ChildOutput(StreamReader reader, int keep, Redaction redaction, Action<string>? onLine, bool maskKept)
    {
        (_reader, _keep, _maskKept, _isHeard) = (reader, keep, maskKept, maskKept || onLine is not null);
        _lines = new LineWriter(line =>
        {
            var text = line.TrimEnd('\r', '\n');
            if (maskKept && !IsPassing(text))
            {
                Keep(line);
            }

            onLine?.Invoke(text);
        });
        _masked = new MaskingWriter(_lines, redaction);
    }

    /// <summary>Lines that are not kept, where what is kept is masked.</summary>
    public Func<string, bool> IsPassing { get; init; } = _ => false;

    /// <param name="broken">Cancelled if the listener throws: otherwise nothing would read the pipe, and the child would wait for
    /// ever.</param>
    public async Task ReadAsync(CancellationTokenSource broken)
    {
        var buffer = new char[16 * 1024];
        try
        {
            int read;
            while ((read = await ReadNextAsync(buffer)) > 0)
            {
                lock (_gate)
                {
                    if (_closed.IsCancellationRequested)
                    {
                        return;
                    }

                    Consume(buffer.AsSpan(0, read));
                }
            }
        }
        catch (OperationCanceledException) when (_closed.IsCancellationRequested)
        {
            // Expected when a process that inherited the pipe keeps it open.
        }
        catch
        {
            _isHeard = false;
            await broken.CancelAsync();
            throw;
        }
    }

    /// <summary>The kept text. An unfinished last line goes to the listener now.</summary>
    public string Close()
    {
        lock (_gate)
        {
            if (_isHeard)
            {
                _masked.Dispose();
                _lines.Dispose();
            }

            _closed.Cancel();
            return _kept.Length <= _keep ? _kept.ToString() : _kept.ToString(_kept.Length - _keep, _keep);
        }
    }

    public void Dispose()
    {
        _reader.Dispose();
        _closed.Dispose();
    }

    /// <summary>Passes on a held-back line if nothing follows it soon.</summary>
    private async Task<int> ReadNextAsync(char[] buffer)
    {
        var next = _reader.ReadAsync(buffer, _closed.Token);
        if (!_masked.IsHolding && !_lines.IsHolding)
        {
            return await next;
        }

        var read = next.AsTask();
        if (await Task.WhenAny(read, Task.Delay(MaskingWriter.Patience, CancellationToken.None)) != read)
        {
            lock (_gate)
            {
                if (!_closed.IsCancellationRequested)
                {
                    _masked.Flush();
                }
            }
        }

        return await read;
    }

    private void Consume(ReadOnlySpan<char> text)
    {
        if (_isHeard)
        {
            _masked.Write(text);
        }

        if (!_maskKept)
        {
            Keep(text);
        }
    }

    private void Keep(ReadOnlySpan<char> text)
    {
        _kept.Append(text);
        if (_kept.Length / 2 > _keep)
        {
            _kept.Remove(0, _kept.Length - _keep);
        }
    }
}
