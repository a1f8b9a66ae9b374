using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Harbor.Deployments.Wire;

namespace Harbor.Deployments;

/// <summary>
/// Sends requests and reads answers. What may be repeated is repeated, up to <see cref="MostRetries"/> times: 429, 5xx and broken
/// connections, after the server's <c>Retry-After</c> or 1 s, 2 s, 4 s. A POST carries one <c>Idempotency-Key</c> through all of them, so
/// that the server does it once.
/// </summary>
internal sealed class HarborApi(HarborConnection connection)
{
    private const int LongestText = 500;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);

    public HarborConnection Connection => connection;

    public int MostRetries { get; init; } = 2;

    /// <summary>For one try; an upload needs more.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>Sends the key as <c>X-API-Key</c> as well, which is what task apps look for first.</summary>
    public bool SendsKeyHeader { get; init; }

    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken ct) =>
        SendAsync(HttpMethod.Get, path, content: null, idempotencyKey: null, type, ct);

    public Task<TAnswer> PostAsync<TBody, TAnswer>(
        string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> type, CancellationToken ct) =>
        SendAsync(HttpMethod.Post, path, () => Json(body, bodyType), NewKey(), type, ct);

    public async Task<T> SendAsync<T>(
        HttpMethod method, string path, Func<HttpContent>? content, string? idempotencyKey, JsonTypeInfo<T> type, CancellationToken ct)
    {
        using var response = await SendAsync(method, path, content, idempotencyKey, ct);
        using var limit = new CancellationTokenSource(Timeout, connection.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(both.Token);
            return await JsonSerializer.DeserializeAsync(body, type, both.Token) ?? throw new JsonException("the answer is null");
        }
        catch (OperationCanceledException error) when (!ct.IsCancellationRequested)
        {
            throw new HarborApiException(0, $"the answer of {method} {path} did not end within {Timeout.TotalSeconds:0} s", inner: error);
        }
        catch (Exception error) when (error is JsonException or HttpRequestException or IOException)
        {
            throw new HarborApiException((int)response.StatusCode, $"the answer of {method} {path} can't be read: {error.Message}");
        }
    }

    /// <summary>The answer once it is a good one; its body is not read yet.</summary>
    /// <exception cref="HarborApiException">The last answer was an error, or there was none.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, Func<HttpContent>? content, string? idempotencyKey, CancellationToken ct)
    {
        for (var retry = 0; ; retry++)
        {
            HarborApiException error;
            TimeSpan? wait = null;
            try
            {
                var response = await TryAsync(method, path, content?.Invoke(), idempotencyKey, lastEventId: null, ct);
                if (response.IsSuccessStatusCode)
                {
                    return response;
                }

                using (response)
                {
                    error = await ErrorAsync(response, ct);
                    wait = RetryAfter(response);
                }
            }
            catch (HttpRequestException failure)
            {
                error = new(0, $"cannot reach {connection.BackendUrl}: {Masked(failure.Message)}", inner: failure);
            }
            catch (OperationCanceledException failure) when (!ct.IsCancellationRequested)
            {
                error = new(0, $"{method} {path} was not answered within {Timeout.TotalSeconds:0} s", inner: failure);
            }

            if (retry >= MostRetries || !IsTransient(error.StatusCode))
            {
                throw error;
            }

            await Task.Delay(Shorter(wait ?? (FirstWait * (1 << retry)), LongestWait), connection.Time, ct);
        }
    }

    /// <summary>One try. The caller looks at the status.</summary>
    public async Task<HttpResponseMessage> TryAsync(
        HttpMethod method, string path, HttpContent? content, string? idempotencyKey, string? lastEventId, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(Timeout, connection.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        var url = path.StartsWith('/') ? connection.BackendUrl + path : path;
        using var request = new HttpRequestMessage(method, url) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", connection.ApiKey);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Harbor.Deployments", "0.1"));
        if (SendsKeyHeader)
        {
            request.Headers.Add("X-API-Key", connection.ApiKey);
        }

        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        return await connection.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
    }

    public static string NewKey() => Guid.CreateVersion7().ToString();

    public static HttpContent Json<T>(T body, JsonTypeInfo<T> type)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, type));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    /// <summary>Whether the same request may succeed later.</summary>
    public static bool IsTransient(int status) => status is 0 or 429 or >= 500;

    /// <summary>Escapes a part of a path.</summary>
    public static string Part(string text) => Uri.EscapeDataString(text);

    /// <summary>A query of what is not null.</summary>
    public static string Query(params IEnumerable<(string Name, object? Value)> values)
    {
        var given = values.Where(pair => pair.Value is not null)
            .Select(pair => $"{pair.Name}={Uri.EscapeDataString(FormattableString.Invariant($"{pair.Value}"))}");
        return string.Join('&', given) is { Length: > 0 } query ? "?" + query : "";
    }

    public TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > connection.Time.GetUtcNow() => date - connection.Time.GetUtcNow(),
        _ => null,
    };

    public async Task<HarborApiException> ErrorAsync(HttpResponseMessage response, CancellationToken ct)
    {
        string text;
        try
        {
            text = Masked(await response.Content.ReadAsStringAsync(ct));
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            text = "";
        }

        var (details, other) = Read(text);
        var message = details?.Detail ?? other ?? (text.Length > 0 ? text : response.ReasonPhrase ?? "no reason given");
        return new((int)response.StatusCode, message[..Math.Min(message.Length, LongestText)], details);
    }

    /// <summary>The contract's form; else the <c>detail</c> of another form, as JSON.</summary>
    private static (HarborErrorAnswer? Details, string? Other) Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, HarborJson.Default.HarborErrorAnswer) is { Detail.Length: > 0 } answer
                ? (answer, null) : (null, null);
        }
        catch (JsonException)
        {
            try
            {
                using var json = JsonDocument.Parse(text);
                var root = json.RootElement;
                return (null, root.ValueKind == JsonValueKind.Object && root.TryGetProperty("detail", out var detail)
                    ? detail.GetRawText() : null);
            }
            catch (JsonException)
            {
                return (null, null);
            }
        }
    }

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private string Masked(string text) => text.Replace(connection.ApiKey, "***", StringComparison.Ordinal);
}
