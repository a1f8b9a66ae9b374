using System.Globalization;
using System.Text;
using System.Text.Json;
using Harbor.Deployments;
using Harbor.Deployments.Wire;
using Harbor.Server.Queue;

namespace Harbor.Server.Http;

/// <param name="Ended">Nothing more is written.</param>
/// <param name="Status">For the event <c>end</c>.</param>
/// <param name="Files">Of a rollout: its streams. They need not be there yet.</param>
/// <param name="Attempt">Where each attempt has files of its own.</param>
internal sealed record LogState(bool Ended, string Status, IReadOnlyList<string> Files, int? Attempt = null);

/// <summary>
/// Growing log files: one as text from a byte offset, or all as server-sent events <c>log</c> until <c>end</c>. An event's id is where
/// its reader is then: the attempt, if there may be several, and the offset in each file (<c>120</c>, <c>1-120-40</c>). A reader that was
/// cut off goes on at its last id. Of several files, lines are sent whole.
/// </summary>
internal sealed class LogStream(Signals signals, string topic, TimeProvider time)
{
    private const int LargestPiece = 1024 * 1024;
    private const int LongestCharacter = 4;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    /// <param name="read">The state as it is now.</param>
    /// <param name="offset">Where to begin in each file, unless the reader sends a last id.</param>
    public async Task<IResult> AnswerAsync(
        HttpContext http, long offset, bool follow, Func<CancellationToken, Task<LogState>> read, CancellationToken ct)
    {
        if (offset < 0)
        {
            throw HttpException.Invalid("offset", "offset must not be negative");
        }

        if (!follow)
        {
            var text = await ReadAsync((await read(ct)).Files[0], offset, ct);
            http.Response.Headers["X-Next-Offset"] = $"{offset + text.Length}";
            return TypedResults.Bytes(text, "text/plain; charset=utf-8");
        }

        await FollowAsync(http, offset, read, ct);
        return TypedResults.Empty;
    }

    private async Task FollowAsync(HttpContext http, long offset, Func<CancellationToken, Task<LogState>> read, CancellationToken ct)
    {
        var position = Position.Parse(http.Request.Headers["Last-Event-ID"], await read(ct), offset);
        ServerSentEvents.Begin(http);
        var quiet = time.GetUtcNow();
        while (true)
        {
            var next = signals.Next(topic);
            var state = await read(ct); // Before the files: what is written at the end is read below.
            if (await SendAsync(http, position, state.Ended || state.Attempt != position.Attempt, ct))
            {
                quiet = time.GetUtcNow();
                continue;
            }

            if (state.Attempt != position.Attempt)
            {
                position = Position.Start(state);
                continue;
            }

            if (state.Ended)
            {
                await ServerSentEvents.WriteAsync(http, "end", position.Id,
                    JsonSerializer.Serialize(new LogEnd(state.Status), HarborJson.Default.LogEnd), ct);
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

    /// <param name="isComplete">Nothing more is written to these files, so that a line without an end is sent, too.</param>
    /// <returns>False where there is nothing new.</returns>
    private static async Task<bool> SendAsync(HttpContext http, Position position, bool isComplete, CancellationToken ct)
    {
        var isSent = false;
        for (var i = 0; i < position.Files.Count; i++)
        {
            var piece = await ReadAsync(position.Files[i], position.Offsets[i], ct);
            var isWhole = isComplete || position.Files.Count == 1 || piece.Length > LargestPiece - LongestCharacter;
            var length = isWhole ? piece.Length : Array.LastIndexOf(piece, (byte)'\n') + 1;
            if (length > 0)
            {
                position.Offsets[i] += length;
                var json = JsonSerializer.Serialize(Encoding.UTF8.GetString(piece.AsSpan(0, length)), HarborJson.Default.String);
                await ServerSentEvents.WriteAsync(http, "log", position.Id, json, ct);
                isSent = true;
            }
        }

        return isSent;
    }

    /// <summary>Whole characters from an offset, at most 1 MiB.</summary>
    private static async Task<byte[]> ReadAsync(string file, long offset, CancellationToken ct)
    {
        try
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (offset >= stream.Length)
            {
                return [];
            }

            stream.Position = offset;
            var bytes = new byte[Math.Min(stream.Length - offset, LargestPiece)];
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

    /// <summary>Where a reader is.</summary>
    private sealed record Position(int? Attempt, IReadOnlyList<string> Files, long[] Offsets)
    {
        public string Id => string.Join('-', Attempt is { } attempt ? [attempt, .. Offsets] : Offsets);

        public static Position Start(LogState state, long offset = 0) =>
            new(state.Attempt, state.Files, [.. state.Files.Select(_ => offset)]);

        /// <summary>The start, where it is no id of ours, or one of an earlier attempt.</summary>
        public static Position Parse(string? id, LogState state, long offset)
        {
            var numbers = (id ?? "").Split('-')
                .Select(part => long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1)
                .ToList();
            if (state.Attempt is { } attempt)
            {
                if (numbers[0] != attempt)
                {
                    return Start(state, offset);
                }

                numbers.RemoveAt(0);
            }

            return numbers.Count == state.Files.Count && !numbers.Contains(-1)
                ? new Position(state.Attempt, state.Files, [.. numbers]) : Start(state, offset);
        }
    }
}
