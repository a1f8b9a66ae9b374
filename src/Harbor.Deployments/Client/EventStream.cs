using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Harbor.Deployments;

/// <summary>
/// Server-sent events that survive lost connections: it connects again with <c>Last-Event-ID</c> and passes no event on twice. The
/// server sends a comment every 15 s, so that silence for <see cref="Silence"/> is a lost connection too.
/// </summary>
/// <param name="lastEventId">Where to begin; null for the start.</param>
internal sealed class EventStream(HarborApi api, string path, string? lastEventId = null)
{
    private const int MostFailures = 10;
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private string? _last = lastEventId;

    /// <summary>Events until the caller stops, or until <paramref name="isLast"/> says so.</summary>
    /// <exception cref="HarborApiException">The server refuses, or can't be reached for a while.</exception>
    public async IAsyncEnumerable<SseItem<string>> ReadAsync(
        Func<SseItem<string>, bool> isLast, [EnumeratorCancellation] CancellationToken ct)
    {
        for (var failures = 0; ; failures++)
        {
            using var silence = new CancellationTokenSource(Silence, api.Connection.Time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, silence.Token);
            await using var events = ConnectAsync(silence, both.Token).GetAsyncEnumerator(both.Token);
            while (await NextAsync(events, failures, ct))
            {
                failures = 0;
                silence.TryReset();
                silence.CancelAfter(Silence);
                var item = events.Current;
                _last = item.EventId ?? _last;
                yield return item;
                if (isLast(item))
                {
                    yield break;
                }
            }

            if (failures >= MostFailures)
            {
                throw new HarborApiException(0, "the stream of events ended again and again without its last event");
            }

            var wait = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(failures, 4)) / 2);
            await Task.Delay(wait < LongestWait ? wait : LongestWait, api.Connection.Time, ct);
        }
    }

    /// <summary>The text of <c>log</c> events until <c>end</c>. It is sent as a JSON string, so that its line ends survive.</summary>
    public async IAsyncEnumerable<string> LogAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var item in ReadAsync(item => item.EventType == "end", ct))
        {
            if (item.EventType == "log")
            {
                yield return Text(item.Data);
            }
        }
    }

    private static string Text(string data)
    {
        try
        {
            return JsonSerializer.Deserialize(data, HarborJson.Default.String) ?? "";
        }
        catch (JsonException)
        {
            return data + "\n"; // A server that sends lines as they are.
        }
    }

    private async IAsyncEnumerable<SseItem<string>> ConnectAsync(
        CancellationTokenSource silence, [EnumeratorCancellation] CancellationToken ct)
    {
        using var response = await api.TryAsync(HttpMethod.Get, path, null, null, _last, ct);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw await api.ErrorAsync(response, ct);
        }

        await using var body = new NoticingStream(await response.Content.ReadAsStreamAsync(ct), () => silence.CancelAfter(Silence));
        await foreach (var item in SseParser.Create(body).EnumerateAsync(ct))
        {
            yield return item;
        }
    }

    /// <summary>False when the connection is lost; the caller connects again.</summary>
    private static async Task<bool> NextAsync(IAsyncEnumerator<SseItem<string>> events, int failures, CancellationToken ct)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (Exception error) when (!ct.IsCancellationRequested && failures < MostFailures && IsLost(error))
        {
            return false;
        }
        catch (HttpRequestException error)
        {
            throw new HarborApiException(0, $"the stream of events was lost: {error.Message}", inner: error);
        }
    }

    private static bool IsLost(Exception error) => error is HttpRequestException or IOException or OperationCanceledException
        || (error is HarborApiException answer && HarborApi.IsTransient(answer.StatusCode));
}
