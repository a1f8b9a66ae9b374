using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Harbor.FakeLlm.Wires;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Harbor.FakeLlm;

/// <summary>A provider on loopback that speaks the three wires. Its answers come from the request alone; faults are asked for.</summary>
public sealed class FakeEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly FakeScript _script;
    private int _open;

    private FakeEndpoint(WebApplication app, FakeScript script) => (_app, _script) = (app, script);

    public string Url => _app.Urls.First();

    /// <summary>Each takes effect on one call, in order.</summary>
    public ConcurrentQueue<Fault> Faults { get; } = new();

    /// <summary>What callers sent to say who they are: <c>Authorization</c> or <c>x-api-key</c>.</summary>
    public ConcurrentQueue<string> Credentials { get; } = new();

    /// <summary>The bodies of all calls, in order.</summary>
    public ConcurrentQueue<string> Bodies { get; } = new();

    /// <summary>Calls that it works on.</summary>
    public int Open => Volatile.Read(ref _open);

    public static async Task<FakeEndpoint> StartAsync(FakeScript script, string url, CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        var app = builder.Build();
        var endpoint = new FakeEndpoint(app, script);
        endpoint.Map();
        await app.StartAsync(ct);
        return endpoint;
    }

    public Task StoppedAsync(CancellationToken ct) => _app.WaitForShutdownAsync(ct);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private void Map()
    {
        foreach (var prefix in new[] { "", "/v1" })
        {
            _app.MapPost($"{prefix}/chat/completions", http => AnswerAsync(http, new ChatWire()));
            _app.MapPost($"{prefix}/responses", http => AnswerAsync(http, new ResponsesWire()));
            _app.MapPost($"{prefix}/messages", http => AnswerAsync(http, new MessagesWire()));
            _app.MapPost($"{prefix}/messages/count_tokens", CountAsync);
            _app.MapGet($"{prefix}/models", http => http.Response.WriteAsync(
                """{"object":"list","data":[{"id":"fake-1","object":"model","created":0,"owned_by":"harbor"}]}""", http.RequestAborted));
        }

        _app.MapPost("/faults/{fault}", (Fault fault) => Faults.Enqueue(fault));
    }

    private static async Task CountAsync(HttpContext http)
    {
        var raw = await ReadAsync(http);
        var count = FakeUsage.Of(Encoding.UTF8.GetByteCount(raw), "").Input;
        await WriteAsync(http, new JsonObject { ["input_tokens"] = count }.ToJsonString());
    }

    private async Task AnswerAsync(HttpContext http, IWire wire)
    {
        Interlocked.Increment(ref _open);
        try
        {
            Credentials.Enqueue($"{http.Request.Headers.Authorization}{http.Request.Headers["x-api-key"]}");
            var raw = await ReadAsync(http);
            Bodies.Enqueue(raw);
            Fault? fault = Faults.TryDequeue(out var next) ? next : null;
            if (await RefusesAsync(http, fault))
            {
                return;
            }

            var request = wire.Read(JsonNode.Parse(raw)!.AsObject(), raw);
            var turn = _script.Answer(request);
            var usage = fault switch
            {
                Fault.WrongUsage => FakeUsage.Wrong,
                Fault.NoUsage => null,
                _ => FakeUsage.Of(request.Bytes, turn.Content),
            };
            string[] parts = request.IsStreaming ? [.. wire.Events(request, turn, usage)]
                : Halves(wire.Whole(request, turn, usage).ToJsonString());
            http.Response.ContentType = request.IsStreaming ? "text/event-stream" : "application/json";
            await SendAsync(http, parts, fault);
        }
        catch (OperationCanceledException)
        {
            // The client has gone.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    /// <returns>Whether the fault is an answer of its own.</returns>
    private static async Task<bool> RefusesAsync(HttpContext http, Fault? fault)
    {
        switch (fault)
        {
            case Fault.RateLimited:
                http.Response.StatusCode = 429;
                http.Response.Headers.RetryAfter = "1";
                await WriteAsync(http, """{"error":{"message":"slow down","type":"rate_limit_error"}}""");
                return true;
            case Fault.ServerError:
                http.Response.StatusCode = 500;
                await WriteAsync(http, """{"error":{"message":"it broke","type":"server_error"}}""");
                return true;
            case Fault.Stall:
                await Task.Delay(Timeout.Infinite, http.RequestAborted);
                return true;
            case Fault.SlowFirstToken:
                await Task.Delay(TimeSpan.FromSeconds(1), http.RequestAborted);
                return false;
            default:
                return false;
        }
    }

    private static async Task SendAsync(HttpContext http, string[] parts, Fault? fault)
    {
        for (var index = 0; index < parts.Length; index++)
        {
            if (index == parts.Length / 2 && fault == Fault.CutStream)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), http.RequestAborted); // An abort takes back what has not been read yet.
                http.Abort();
                return;
            }

            if (index == parts.Length / 2 && fault == Fault.StalledStream)
            {
                await Task.Delay(Timeout.Infinite, http.RequestAborted);
            }

            var isBroken = index > 0 && fault == Fault.MalformedJson;
            await http.Response.WriteAsync(isBroken ? "data: {\"broken\n\n" : parts[index], http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
    }

    private static string[] Halves(string text) => [text[..(text.Length / 2)], text[(text.Length / 2)..]];

    private static Task WriteAsync(HttpContext http, string json)
    {
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(json, http.RequestAborted);
    }

    private static async Task<string> ReadAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        return await reader.ReadToEndAsync(http.RequestAborted);
    }
}
