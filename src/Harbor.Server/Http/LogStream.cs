using System.Globalization;
using System.Text;
using System.Text.Json;
using Harbor.Deployments;
using Harbor.Deployments.Wire;
using Harbor.Server.Queue;

namespace Harbor.Server.Http;

/// <summary>
/// A growing log file: as text from a byte offset, or as server-sent events <c>log</c> (id = the offset behind it) until <c>end</c>. A
/// reader
/// that was cut off goes on at its last id.
/// </summary>
internal sealed class LogStream(string file, Signals signals, string topic, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    /// <param name="state">Whether the work has ended, and its status.</param>
    public async Task<IResult> AnswerAsync(
        HttpContext http, long offset, bool follow, Func<CancellationToken, Task<(bool Ended, string Status)>> state, CancellationToken ct)
    {
        if (offset < 0)
        {
            throw HttpException.Invalid("offset", "offset must not be negative");
        }

        if (!follow)
        {
            var text = await ReadAsync(offset, ct);
            http.Response.Headers["X-Next-Offset"] = $"{offset + text.Length}";
            return TypedResults.Bytes(text, "text/plain; charset=utf-8");
        }

        if (long.TryParse(http.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var last))
        {
            offset = last;
        }

        await FollowAsync(http, offset, state, ct);
        return TypedResults.Empty;
    }

    private async Task FollowAsync(HttpContext http, long offset, Func<CancellationToken, Task<(bool Ended, string Status)>> state,
        CancellationToken ct)
    {
        ServerSentEvents.Begin(http);
        var quiet = time.GetUtcNow();
        while (true)
        {
            var next = signals.Next(topic);
            var (ended, status) = await state(ct); // Before reading: what it wrote at its end is read below.
            var piece = await ReadAsync(offset, ct);
            if (piece.Length > 0)
            {
                offset += piece.Length;
                var json = JsonSerializer.Serialize(Encoding.UTF8.GetString(piece), HarborJson.Default.String);
                await ServerSentEvents.WriteAsync(http, "log", $"{offset}", json, ct);
                quiet = time.GetUtcNow();
                continue;
            }

            if (ended)
            {
                await ServerSentEvents.WriteAsync(http, "end", $"{offset}",
                    JsonSerializer.Serialize(new LogEnd(status), HarborJson.Default.LogEnd), ct);
                return;
            }

            if (time.GetUtcNow() - quiet > KeepAlive)
            {
                await ServerSentEvents.KeepAliveAsync(http, ct);
                quiet = time.GetUtcNow();
            }

            await Signals.WaitAsync(next, Poll, time, ct);
        }
    }

    /// <summary>Whole characters from an offset, at most 1 MiB.</summary>
    private async Task<byte[]> ReadAsync(long offset, CancellationToken ct)
    {
        try
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (offset >= stream.Length)
            {
                return [];
            }

            stream.Position = offset;
            var bytes = new byte[Math.Min(stream.Length - offset, 1024 * 1024)];
            var read = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct);
            return bytes[..Whole(bytes, read)];
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
    }

    /// <summary>Without a character whose last bytes are not written yet.</summary>
    private static int Whole(byte[] bytes, int length)
    {
        for (var back = 1; back <= Math.Min(3, length); back++)
        {
            var letter = bytes[length - back];
            if ((letter & 0xC0) == 0xC0)
            {
                var needed = letter >= 0xF0 ? 4 : letter >= 0xE0 ? 3 : 2;
                return back < needed && length > back ? length - back : length;
            }

            if ((letter & 0x80) == 0)
            {
                break;
            }
        }

        return length;
    }
}
