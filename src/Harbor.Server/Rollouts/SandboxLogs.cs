using System.Text;
using Docker.DotNet;
using Harbor.Masking;
using Harbor.Server.Builds;
using Harbor.Server.Sandboxes;

namespace Harbor.Server.Rollouts;

/// <summary>
/// Copies a container's two streams into files while it runs; they can be read at once, and never get shorter. Engine 20.10 may give a
/// follower less than there is when the container ends quickly, and says nothing of it: after the end, the whole log is read once more.
/// </summary>
internal sealed class SandboxLogs(SandboxEngine engine, string container, string stdoutFile, string stderrFile, Redaction redaction)
    : IAsyncDisposable
{
    private const int TailLength = 8192;
    private const int MostReads = 3;
    private readonly Sink _stdout = new(stdoutFile, redaction);
    private readonly Sink _stderr = new(stderrFile, redaction);
    private readonly CancellationTokenSource _stop = new();
    private Task _following = Task.CompletedTask;

    public string? StdoutTail => BuildLogs.Tail(stdoutFile, TailLength);
    public string? StderrTail => BuildLogs.Tail(stderrFile, TailLength);

    /// <summary>How long the follower may go on after the container's end.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Until the container ends; what it misses is read by <see cref="CompleteAsync"/>.</summary>
    public void Follow(CancellationToken ct) => _following = FollowAsync(ct);

    /// <summary>After the container's end: the files hold everything that it wrote, as far as the engine still has it.</summary>
    public async Task CompleteAsync(CancellationToken ct)
    {
        await Task.WhenAny(_following, Task.Delay(Patience, ct));
        await StopFollowingAsync();
        for (var reads = 1; ; reads++)
        {
            try
            {
                using var stream = await engine.LogsAsync(container, follow: false, ct);
                await CopyAsync(stream, _stdout.Received, _stderr.Received, ct);
                break;
            }
            catch (Exception error) when (IsCut(error) && reads < MostReads)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), ct);
            }
            catch (Exception error) when (error is IOException or HttpRequestException)
            {
                throw new EngineException(FailureKinds.EngineLost, $"the sandbox's log can't be read: {error.Message}", error);
            }
        }

        _stdout.Dispose();
        _stderr.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await StopFollowingAsync();
        _stdout.Dispose();
        _stderr.Dispose();
        _stop.Dispose();
    }

    /// <summary>Standard output as it is, for the result; at most so many bytes and one more.</summary>
    public static async Task<byte[]> OutputAsync(SandboxEngine engine, string container, int most, CancellationToken ct)
    {
        using var stream = await engine.LogsAsync(container, follow: false, ct);
        using var output = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (output.Length <= most && await stream.ReadOutputAsync(buffer, 0, buffer.Length, ct) is { EOF: false } read)
        {
            if (read.Target == MultiplexedStream.TargetStream.StandardOut)
            {
                output.Write(buffer, 0, read.Count);
            }
        }

        return output.ToArray();
    }

    /// <summary>The end of both streams, as they came.</summary>
    public static async Task<byte[]> LastAsync(SandboxEngine engine, string container, int most, CancellationToken ct)
    {
        using var stream = await engine.LogsAsync(container, follow: false, ct);
        byte[] last = [];
        var buffer = new byte[64 * 1024];
        while (await stream.ReadOutputAsync(buffer, 0, buffer.Length, ct) is { EOF: false } read)
        {
            byte[] all = [.. last, .. buffer.AsSpan(0, read.Count)];
            last = all.Length > most ? all[^most..] : all;
        }

        return last;
    }

    private async Task FollowAsync(CancellationToken ct)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, _stop.Token);
        try
        {
            using var stream = await engine.LogsAsync(container, follow: true, both.Token);
            await CopyAsync(stream, 0, 0, both.Token);
        }
        catch (Exception error) when (IsCut(error) || error is OperationCanceledException or ObjectDisposedException)
        {
            // The rest is read after the end.
        }
    }

    private async Task StopFollowingAsync()
    {
        await _stop.CancelAsync();
        await _following;
    }

    /// <summary>Appends what the engine gives, without the first bytes of each stream: those are in the files.</summary>
    private async Task CopyAsync(MultiplexedStream stream, long skipStdout, long skipStderr, CancellationToken ct)
    {
        long[] skip = [skipStdout, skipStderr];
        var buffer = new byte[64 * 1024];
        while (await stream.ReadOutputAsync(buffer, 0, buffer.Length, ct) is { EOF: false } read)
        {
            var index = read.Target == MultiplexedStream.TargetStream.StandardError ? 1 : 0;
            var known = (int)Math.Min(skip[index], read.Count);
            skip[index] -= known;
            (index == 1 ? _stderr : _stdout).Take(buffer.AsSpan(known, read.Count - known));
        }
    }

    private static bool IsCut(Exception error) => error is EngineException { Kind: FailureKinds.EngineLost } or IOException
        or HttpRequestException;

    /// <summary>One stream's file, open for as long as the sandbox is followed.</summary>
    private sealed class Sink(string path, Redaction redaction) : IDisposable
    {
        private readonly LogFile _file = new(path, redaction, FileMode.OpenOrCreate); // An adopted sandbox's log is written over itself.
        private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
        private bool _isClosed;

        /// <summary>Bytes, as the container wrote them.</summary>
        public long Received { get; private set; }

        public void Take(ReadOnlySpan<byte> bytes)
        {
            if (bytes.Length > 0)
            {
                Received += bytes.Length;
                var text = new char[bytes.Length + 1];
                _file.Write(new string(text, 0, _decoder.GetChars(bytes, text, flush: false)));
            }
        }

        public void Dispose()
        {
            if (!_isClosed)
            {
                _isClosed = true;
                _file.Dispose();
            }
        }
    }
}
