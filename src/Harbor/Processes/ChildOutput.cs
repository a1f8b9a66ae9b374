using System.Text;
using Harbor.Secrets;

namespace Harbor.Processes;

/// <summary>One stream of a child: its lines go to a listener, masked; its end is kept. After <see cref="Close"/> nothing more is heard.</summary>
internal sealed class ChildOutput : IDisposable
{
    private readonly StreamReader _reader;
    private readonly int _keep;
    private readonly bool _maskKept;
    private readonly StringBuilder _kept = new();
    private readonly CancellationTokenSource _closed = new();
    private readonly Lock _gate = new();
    private RedactionLines? _lines;

    public ChildOutput(StreamReader reader, int keep, Redaction? redaction, Action<string>? onLine, bool maskKept)
    {
        (_reader, _keep, _maskKept) = (reader, keep, maskKept);
        if (onLine is not null || maskKept)
        {
            _lines = new RedactionLines(redaction, line =>
            {
                if (maskKept)
                {
                    Keep(line);
                }

                onLine?.Invoke(line.TrimEnd('\r', '\n'));
            });
        }
    }

    /// <param name="broken">Cancelled where the listener throws: nobody would read on, and the child would wait for ever.</param>
    public async Task ReadAsync(CancellationTokenSource broken)
    {
        var buffer = new char[16 * 1024];
        try
        {
            int read;
            while ((read = await _reader.ReadAsync(buffer, _closed.Token)) > 0)
            {
                lock (_gate)
                {
                    if (_closed.IsCancellationRequested)
                    {
                        return;
                    }

                    Take(buffer.AsSpan(0, read));
                }
            }
        }
        catch (OperationCanceledException) when (_closed.IsCancellationRequested)
        {
            // Somebody who inherited the pipe holds it open.
        }
        catch
        {
            _lines = null;
            await broken.CancelAsync();
            throw;
        }
    }

    /// <summary>What was kept; an unfinished last line is heard now.</summary>
    public string Close()
    {
        lock (_gate)
        {
            _lines?.End();
            _closed.Cancel();
            return _kept.Length <= _keep ? _kept.ToString() : _kept.ToString(_kept.Length - _keep, _keep);
        }
    }

    public void Dispose()
    {
        _reader.Dispose();
        _closed.Dispose();
    }

    private void Take(ReadOnlySpan<char> text)
    {
        _lines?.Append(text);
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
