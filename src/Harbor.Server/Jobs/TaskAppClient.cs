using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Harbor.Deployments;
using Harbor.Deployments.Wire;
using Harbor.Server.Http;

namespace Harbor.Server.Jobs;

/// <summary>
/// Asks foreign task apps. An address of a private network is refused when the connection is made, so that a name which changes its address
/// meanwhile gains nothing.
/// </summary>
public sealed class TaskAppClient : IDisposable
{
    private const int LargestAnswer = 16 * 1024 * 1024;
    private readonly HttpClient _client;

    public TaskAppClient(JobSettings settings)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false };
        if (!settings.AllowPrivateTaskApps)
        {
            handler.ConnectCallback = ConnectAsync;
        }

        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LargestAnswer };
    }

    public void Dispose() => _client.Dispose();

    /// <exception cref="HttpException">422: it can't be reached, or does not answer like a task app.</exception>
    public async Task PreflightAsync(string url, string? key, long seed, CancellationToken ct)
    {
        foreach (var path in new[] { "/health", $"/task_info?seed={seed}" })
        {
            using var late = CancellationTokenSource.CreateLinkedTokenSource(ct);
            late.CancelAfter(TimeSpan.FromSeconds(30));
            try
            {
                using var request = Request(HttpMethod.Get, url, path, key);
                using var answer = await _client.SendAsync(request, late.Token);
                if (!answer.IsSuccessStatusCode)
                {
                    throw HttpException.Invalid("task_app_url", $"task app: GET {path} answered {(int)answer.StatusCode}");
                }
            }
            catch (HttpRequestException error)
            {
                throw HttpException.Invalid("task_app_url", $"task app: GET {path} failed: {error.GetBaseException().Message}");
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                throw HttpException.Invalid("task_app_url", $"task app: GET {path} had no answer within 30 s");
            }
        }
    }

    /// <exception cref="HttpRequestException">No answer, or not 200; its status code says whether it is worth another try.</exception>
    /// <exception cref="JsonException">It answered something else than a task app does.</exception>
    public async Task<RolloutResponse> RolloutAsync(string url, string? key, string body, string idempotencyKey, CancellationToken ct)
    {
        using var request = Request(HttpMethod.Post, url, "/rollout", key);
        request.Headers.Add(Idempotency.Header, idempotencyKey);
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _client.SendAsync(request, ct);
        answer.EnsureSuccessStatusCode();
        return JsonSerializer.Deserialize(await answer.Content.ReadAsByteArrayAsync(ct), HarborJson.Default.RolloutResponse)
            ?? throw new JsonException("null is no answer");
    }

    private static HttpRequestMessage Request(HttpMethod method, string url, string path, string? key)
    {
        var request = new HttpRequestMessage(method, url.TrimEnd('/') + path);
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("X-API-Key", key);
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        }

        return request;
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var all = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, ct);
        var allowed = all.Where(address => !PrivateAddresses.Contains(address)).ToArray();
        if (allowed.Length == 0)
        {
            throw new HttpRequestException(
                $"{context.DnsEndPoint.Host} has a private address, which this server does not ask (Jobs:AllowPrivateTaskApps)");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
