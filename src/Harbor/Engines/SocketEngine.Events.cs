using System.Runtime.CompilerServices;

namespace Harbor.Engines;

public sealed partial class SocketEngine
{
    public async Task<IAsyncEnumerable<EngineEvent>> EventsAsync(string project, CancellationToken ct)
    {
        var filters =
            Filters(("type", ["container"]), ("label", [$"{EngineJson.ProjectLabel}={project}"]), ("event", EngineJson.WatchedEvents));
        using var limit = new CancellationTokenSource(CurrentPatience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        var (connection, answer) = await GuardAsync(() => OpenAsync("GET", $"/events?filters={filters}", json: null, either.Token), ct);
        if (answer.Status != 200)
        {
            var body = await answer.ReadToEndAsync(ct);
            await connection!.DisposeAsync();
            throw Refused("events", answer.Status, body);
        }

        return ReadEventsAsync(connection!, answer, ct);
    }

    /// <summary>The stream has one JSON object per line and ends only with the engine.</summary>
    private async IAsyncEnumerable<EngineEvent> ReadEventsAsync(
        HttpConnection connection, HttpAnswer answer, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var owned = connection;
        var (buffer, length) = (new byte[8 * 1024], 0);
        while (true)
        {
            var count = await GuardAsync(() => answer.ReadAsync(buffer.AsMemory(length), ct).AsTask(), ct);
            if (count == 0)
            {
                throw EngineFailure.Broken(Endpoint, new EndOfStreamException("its events ended"));
            }

            length += count;
            var start = 0;
            for (int end; (end = Array.IndexOf(buffer, (byte)'\n', start, length - start)) >= 0; start = end + 1)
            {
                if (end > start)
                {
                    using var line = Parse(buffer.AsMemory(start, end - start));
                    yield return EngineJson.Event(line.RootElement);
                }
            }

            Buffer.BlockCopy(buffer, start, buffer, 0, length - start);
            length -= start;
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, length * 2);
            }
        }
    }
}
