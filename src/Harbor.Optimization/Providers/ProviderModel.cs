using System.Net;
using System.Text.Json;

namespace Harbor.Optimization.Providers;

/// <summary>
/// A model of a provider. 429, 5xx and a connection that can't be made are tried again twice, after <c>Retry-After</c> if it is told; a
/// call that the provider may have begun is not, since it would be paid twice.
/// </summary>
public sealed class ProviderModel(ReflectionProvider provider, TimeProvider? time = null) : IReflectionModel, IDisposable
{
    private const int Tries = 3;
    private const int LongestError = 500;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    private readonly TimeProvider time = time ?? TimeProvider.System;

    private readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        Timeout = System.Threading.Timeout.InfiniteTimeSpan,
    };

    public void Dispose() => client.Dispose();

    /// <exception cref="ReflectionException">The provider can't be reached, or its answer is none.</exception>
    public async Task<Completion> CompleteAsync(string prompt, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (completion, failure, wait) = await TryAsync(prompt, attempt, ct);
            if (completion is not null)
            {
                return completion;
            }

            if (attempt == Tries || wait is null || wait > LongestWait)
            {
                throw new ReflectionException($"{provider}: {failure}");
            }

            await Task.Delay(wait.Value, time, ct);
        }
    }

    // A wait: the call may be made again.
    private async Task<(Completion? Completion, string? Failure, TimeSpan? Wait)> TryAsync(string prompt, int attempt, CancellationToken ct)
    {
        var plain = TimeSpan.FromMilliseconds(500 * attempt);
        using var tooLong = new CancellationTokenSource(provider.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(tooLong.Token, ct);
        try
        {
            using var request = provider.Wire == ReflectionWire.OpenAi ? OpenAiWire.Request(provider, prompt)
                : AnthropicWire.Request(provider, prompt);
            using var answer = await client.SendAsync(request, both.Token);
            var text = await answer.Content.ReadAsStringAsync(both.Token);
            if (!answer.IsSuccessStatusCode)
            {
                var isTransient = answer.StatusCode == HttpStatusCode.TooManyRequests || (int)answer.StatusCode >= 500;
                return (null, $"{(int)answer.StatusCode} {Shown(text)}", isTransient ? RetryAfter(answer) ?? plain : null);
            }

            using var document = JsonDocument.Parse(text);
            return (provider.Wire == ReflectionWire.OpenAi ? OpenAiWire.Read(provider, document.RootElement)
                : AnthropicWire.Read(provider, document.RootElement), null, null);
        }
        catch (HttpRequestException e)
        {
            var isUnreached = e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError;
            return (null, $"it can't be reached: {Shown(e.Message)}", isUnreached ? plain : null);
        }
        catch (Exception e) when (e is JsonException or IOException or InvalidOperationException)
        {
            return (null, $"its answer can't be read: {Shown(e.Message)}", null);
        }
        catch (OperationCanceledException) when (tooLong.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            return (null, FormattableString.Invariant($"it did not answer within {provider.Timeout.TotalSeconds} s"), null);
        }
    }

    private TimeSpan? RetryAfter(HttpResponseMessage answer) =>
        answer.Headers.RetryAfter is not { } told ? null : told.Delta ?? (told.Date - time.GetUtcNow());

    // A provider may repeat the key that it refuses.
    private string Shown(string text)
    {
        var masked = text.Replace(provider.ApiKey, "***", StringComparison.Ordinal).ReplaceLineEndings(" ").Trim();
        return masked.Length <= LongestError ? masked : masked[..LongestError] + "...";
    }
}
