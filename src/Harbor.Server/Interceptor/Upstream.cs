using System.Net;
using System.Net.Http.Headers;

namespace Harbor.Server.Interceptor;

/// <summary>Sends calls to providers. The agent's credentials stay here, the provider's key is added here.</summary>
internal sealed class Upstream(TimeProvider time) : IDisposable
{
    private const int Tries = 3;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    private static readonly HashSet<string> Kept = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization", "x-api-key", "api-key", "x-goog-api-key", "Cookie", "Host", "Content-Length", "Content-Type", "Connection",
        "Keep-Alive", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Expect",
        "Accept-Encoding", "Idempotency-Key",
    };

    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public void Dispose() => _client.Dispose();

    /// <summary>429, 5xx and a connection that fails are tried again twice: nothing has reached the agent yet.</summary>
    /// <exception cref="HttpRequestException">The provider can't be reached.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        Provider provider, string key, string wire, HttpRequest from, CallBody body, CancellationToken ct)
    {
        var bytes = body.Bytes;
        for (var attempt = 1; ; attempt++)
        {
            TimeSpan wait;
            try
            {
                using var request = Request(provider, key, wire, from, bytes);
                var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
                if (attempt == Tries || !(answer.StatusCode == HttpStatusCode.TooManyRequests || (int)answer.StatusCode >= 500))
                {
                    return answer;
                }

                wait = RetryAfter(answer) ?? TimeSpan.FromMilliseconds(500 * attempt);
                if (wait > LongestWait)
                {
                    return answer; // The agent decides.
                }

                answer.Dispose();
            }
            catch (HttpRequestException error) when (attempt < Tries && IsUnreached(error))
            {
                wait = TimeSpan.FromMilliseconds(500 * attempt);
            }

            await Task.Delay(wait, time, ct);
        }
    }

    /// <summary>A call that the provider may have begun is not made twice: it would be paid twice.</summary>
    public static bool IsUnreached(Exception error) => error is HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
            or HttpRequestError.SecureConnectionError,
    };

    public static void CopyHeaders(HttpResponseMessage answer, HttpResponse response, string key)
    {
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            var text = string.Join(", ", values);
            if ((name == "Content-Type" || !Kept.Contains(name)) && name is not ("Set-Cookie" or "Content-Encoding" or "Server" or "Date")
                && !text.Contains(key, StringComparison.Ordinal))
            {
                response.Headers[name] = text;
            }
        }
    }

    private static HttpRequestMessage Request(Provider provider, string key, string wire, HttpRequest from, byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"{provider.BaseUrl}/{wire}{from.QueryString}")
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        foreach (var (name, value) in from.Headers.Where(header => !Kept.Contains(header.Key)))
        {
            request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value);
        }

        if (provider.Kind == "anthropic")
        {
            request.Headers.Add("x-api-key", key);
        }
        else
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        return request;
    }

    private TimeSpan? RetryAfter(HttpResponseMessage answer) =>
        answer.Headers.RetryAfter is not { } told ? null : told.Delta ?? (told.Date - time.GetUtcNow());
}
