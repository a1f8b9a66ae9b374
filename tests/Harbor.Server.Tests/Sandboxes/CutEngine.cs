using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Harbor.Server.Tests.Sandboxes;

/// <summary>The real engine behind a proxy that cuts what a test wants to see cut.</summary>
internal sealed class CutEngine : IAsyncDisposable
{
    private static readonly string[] Fixed = ["Content-Length", "Transfer-Encoding", "Connection", "Host"];
    private readonly WebApplication _app;
    private readonly HttpMessageInvoker _engine = new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, ct) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint("/var/run/docker.sock"), ct);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    private CutEngine()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        _app = builder.Build();
        _app.Run(PassAsync);
    }

    /// <summary>How many bytes of an answer are passed on before its connection ends; null: all.</summary>
    public Func<string, int?> Most { get; set; } = _ => null;

    /// <summary>Whether an answer that was cut looks whole to the client, as engine 20.10 lets it.</summary>
    public bool EndsWell { get; set; } = true;

    /// <summary>How long an answer may take before it is cut; null: as long as it wants.</summary>
    public Func<string, TimeSpan?> Longest { get; set; } = _ => null;

    public string Url => _app.Urls.First().Replace("http://", "tcp://", StringComparison.Ordinal);

    public static async Task<CutEngine> StartAsync()
    {
        var engine = new CutEngine();
        await engine._app.StartAsync();
        return engine;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _engine.Dispose();
    }

    private async Task PassAsync(HttpContext http)
    {
        var target = $"{http.Request.Path}{http.Request.QueryString}";
        using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), $"http://engine{target}");
        if (http.Request.ContentLength is > 0 || http.Request.Headers.TransferEncoding.Count > 0)
        {
            request.Content = new StreamContent(http.Request.Body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", http.Request.ContentType);
        }

        using var late = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        late.CancelAfter(Longest(target) ?? Timeout.InfiniteTimeSpan);
        try
        {
            using var answer = await _engine.SendAsync(request, late.Token);
            http.Response.StatusCode = (int)answer.StatusCode;
            foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => !Fixed.Contains(header.Key)))
            {
                http.Response.Headers[name] = values.ToArray();
            }

            await using var body = await answer.Content.ReadAsStreamAsync(late.Token);
            await CopyAsync(body, http, Most(target), late.Token);
        }
        catch (OperationCanceledException)
        {
            http.Abort();
        }
    }

    private async Task CopyAsync(Stream body, HttpContext http, int? most, CancellationToken ct)
    {
        var left = most ?? int.MaxValue;
        var buffer = new byte[16 * 1024];
        while (left > 0 && await body.ReadAsync(buffer.AsMemory(0, Math.Min(left, buffer.Length)), ct) is > 0 and var read)
        {
            await http.Response.Body.WriteAsync(buffer.AsMemory(0, read), ct);
            await http.Response.Body.FlushAsync(ct);
            left -= most is null ? 0 : read;
        }

        if (left == 0 && !EndsWell)
        {
            http.Abort();
        }
    }
}
