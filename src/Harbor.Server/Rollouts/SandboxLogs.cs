using System.Text;
using Docker.DotNet;
using Harbor.Masking;
using Harbor.Server.Builds;
using Harbor.Server.Sandboxes;

namespace Harbor.Server.Rollouts;

/// <summary>Copies a container's two streams into files while it runs; they can be read at once.</summary>
internal sealed class SandboxLogs(SandboxEngine engine, string container, string stdoutFile, string stderrFile, Redaction redaction)
{
    private const int TailLength = 8192;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private Task<bool>? _following;

    public string? StdoutTail => BuildLogs.Tail(stdoutFile, TailLength);
    public string? StderrTail => BuildLogs.Tail(stderrFile, TailLength);

    /// <summary>Until the container ends; a log that breaks off is read again by <see cref="CompleteAsync"/>.</summary>
    public void Follow(CancellationToken ct) => _following = FollowAsync(ct);

    /// <summary>After the container's end: the files hold everything that it wrote.</summary>
    public async Task CompleteAsync(CancellationToken ct)
    {
        if (_following is { } following)
        {
            await Task.WhenAny(following, Task.Delay(Patience, ct));
            if (following.IsCompletedSuccessfully && await following)
            {
                return;
            }
        }

        using var stream = await engine.LogsAsync(container, follow: false, ct);
        await CopyAsync(stream, ct);
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

    private async Task<bool> FollowAsync(CancellationToken ct)
    {
        try
        {
            using var stream = await engine.LogsAsync(container, follow: true, ct);
            await CopyAsync(stream, ct);
            return true;
        }
        catch (Exception error) when (error is EngineException or IOException or HttpRequestException
            or OperationCanceledException or ObjectDisposedException)
        {
            return false;
        }
    }

    private async Task CopyAsync(MultiplexedStream stream, CancellationToken ct)
    {
        using var stdout = new LogFile(stdoutFile, redaction);
        using var stderr = new LogFile(stderrFile, redaction);
        Decoder[] decoders = [Encoding.UTF8.GetDecoder(), Encoding.UTF8.GetDecoder()];
        var buffer = new byte[64 * 1024];
        var text = new char[buffer.Length + 1];
        while (await stream.ReadOutputAsync(buffer, 0, buffer.Length, ct) is { EOF: false } read)
        {
            var isError = read.Target == MultiplexedStream.TargetStream.StandardError;
            var length = decoders[isError ? 1 : 0].GetChars(buffer, 0, read.Count, text, 0);
            (isError ? stderr : stdout).Write(new string(text, 0, length));
        }
    }
}
