using System.Net;
using System.Text;
using Harbor.Server.Sandboxes;

namespace Harbor.Server.Rollouts;

/// <summary>The mode <c>http</c>: the program serves a task app, which is asked once.</summary>
internal sealed class HttpPhase(SandboxEngine engine, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan HealthLimit = TimeSpan.FromSeconds(60);
    private readonly HttpClient _client = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
    { Timeout = Timeout.InfiniteTimeSpan };

    public void Dispose() => _client.Dispose();

    /// <returns>The answer read; the failure kind <c>timeout</c> where there was none in time.</returns>
    public async Task<Outcome> AskAsync(RolloutRun run, string key, CancellationToken cancelled, CancellationToken ct)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(ct, cancelled);
        var left = (run.Rollout.Deadline ?? time.GetUtcNow()) - time.GetUtcNow();
        late.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1));
        try
        {
            if (await HealthyAsync(run, key, late.Token) is not { } address)
            {
                return Outcome.Failed(FailureKinds.RunnerError, $"GET /health on port {run.Deployment.Port} was not 200 within 60 s");
            }

            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "/rollout"));
            request.Headers.Add("X-API-Key", key);
            request.Content = new StringContent(SandboxInput.TaskAppBody(run.Rollout).ToJsonString(), Encoding.UTF8, "application/json");
            using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, late.Token);
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

    private async Task<Uri?> HealthyAsync(RolloutRun run, string key, CancellationToken ct)
    {
        var end = time.GetUtcNow() + HealthLimit;
        while (time.GetUtcNow() < end)
        {
            if (await engine.FindAsync(run.Container!, ct) is not { IsRunning: true, Address: { } ip })
            {
                return null;
            }

            var address = new Uri($"http://{ip}:{run.Deployment.Port}");
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "/health"));
                request.Headers.Add("X-API-Key", key);
                using var answer = await _client.SendAsync(request, ct);
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
