using System.Net;
using System.Net.Sockets;
using System.Text;
using Harbor.Server.Relays;
using Harbor.Server.Sandboxes;

namespace Harbor.Server.Rollouts;

/// <summary>The mode <c>http</c>: the program serves a task app, which is asked once.</summary>
internal sealed class HttpPhase(SandboxEngine engine, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan HealthLimit = TimeSpan.FromSeconds(60);
    private readonly HttpClient _client = Client(null);

    public void Dispose() => _client.Dispose();

    /// <returns>The answer read; the failure kind <c>timeout</c> where there was none in time.</returns>
    public async Task<Outcome> AskAsync(RolloutRun run, string key, CancellationToken cancelled, CancellationToken ct)
    {
        using var inside = run.Relay is { } relay ? Client(relay) : null;
        using var late = CancellationTokenSource.CreateLinkedTokenSource(ct, cancelled);
        var left = (run.Rollout.Deadline ?? time.GetUtcNow()) - time.GetUtcNow();
        late.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1));
        try
        {
            if (await HealthyAsync(run, inside ?? _client, key, late.Token) is not { } address)
            {
                return Outcome.Failed(FailureKinds.RunnerError, $"GET /health on port {run.Deployment.Port} was not 200 within 60 s");
            }

            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "/rollout"));
            request.Headers.Add("X-API-Key", key);
            request.Content = new StringContent(SandboxInput.TaskAppBody(run.Rollout).ToJsonString(), Encoding.UTF8, "application/json");
            using var answer = await (inside ?? _client).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, late.Token);
            var (body, isTooLarge) = await BodyAsync(answer, late.Token);
            return isTooLarge ? Outcome.Failed(FailureKinds.OutputTooLarge, "the answer is larger than 16 MiB")
                : answer.StatusCode == HttpStatusCode.OK ? ResultDocument.Read(body)
                : Outcome.Failed(FailureKinds.RunnerError, $"POST /rollout answered {(int)answer.StatusCode}");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Outcome.Failed(FailureKinds.Timeout, $"no answer within {run.Rollout.TimeoutS} s");
        }
        catch (HttpRequestException error)
        {
            return Outcome.Failed(FailureKinds.RunnerError, $"POST /rollout failed: {error.Message}");
        }
    }

    private async Task<Uri?> HealthyAsync(RolloutRun run, HttpClient client, string key, CancellationToken ct)
    {
        run.Relay?.LeadTo(run.Deployment.Port);

        var end = time.GetUtcNow() + HealthLimit;
        while (time.GetUtcNow() < end)
        {
            if (await engine.FindAsync(run.Container!, ct) is not { IsRunning: true } state
                || (run.Relay is null && state.Address is null))
            {
                return null;
            }

            var address = new Uri($"http://{(run.Relay is null ? state.Address : "127.0.0.1")}:{run.Deployment.Port}");
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "/health"));
                request.Headers.Add("X-API-Key", key);
                using var answer = await client.SendAsync(request, ct);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return address;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), time, ct);
        }

        return null;
    }

    /// <summary>For the network of a relay, which leads to the one port on which the program listens.</summary>
    private static HttpClient Client(Relay? relay)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false };
        if (relay is not null)
        {
            handler.ConnectCallback = (_, _) => ValueTask.FromResult<Stream>(new NetworkStream(relay.Connect(), ownsSocket: true));
        }

        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    private static async Task<(byte[] Body, bool IsTooLarge)> BodyAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(ct);
        using var body = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, ct)) > 0)
        {
            body.Write(buffer, 0, read);
            if (body.Length > ResultDocument.Largest)
            {
                return ([], true);
            }
        }

        return (body.ToArray(), false);
    }
}
