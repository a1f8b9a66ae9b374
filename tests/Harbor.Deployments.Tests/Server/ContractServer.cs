using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Harbor.Deployments.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Harbor.Deployments.Tests.Server;

/// <summary>A small server on Kestrel that answers as the contract says, and can be told to fail first. State is in memory.</summary>
internal sealed partial class ContractServer : IAsyncDisposable
{
    public const string Key = "hk_test0001_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Func<HttpContext, Task>> _faults = new();
    private readonly ConcurrentDictionary<string, (int Status, byte[] Body)> _answers = new();

    private ContractServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Limits.MaxRequestBodySize = null;
            options.Listen(IPAddress.Loopback, 0);
        });
        _app = builder.Build();
        _app.Use(InterceptAsync);
        _app.UseRouting();
        MapDeployments();
        MapRollouts();
        MapJobs();
    }

    /// <summary>Method, path and idempotency key of each request, in order.</summary>
    public ConcurrentQueue<(string Method, string Path, string? IdempotencyKey)> Requests { get; } = new();

    public string Url { get; private set; } = "";

    public HarborConnection Connection => new(Url, Key);

    public HarborDeploymentRef Ref(string deployment) => new() { DeploymentId = deployment, Connection = Connection };

    public static async Task<ContractServer> StartAsync()
    {
        var server = new ContractServer();
        await server._app.StartAsync();
        server.Url = server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return server;
    }

    /// <summary>The next request gets this answer and does nothing.</summary>
    public void Fail(int status, string body = "", int? retryAfter = null) => _faults.Enqueue(async context =>
    {
        context.Response.StatusCode = status;
        if (retryAfter is { } seconds)
        {
            context.Response.Headers.RetryAfter = $"{seconds}";
        }

        await context.Response.WriteAsync(body);
    });

    /// <summary>The next request is done, but its answer is lost.</summary>
    public void LoseAnswer() => _faults.Enqueue(context =>
    {
        context.Items["lose"] = true;
        return Task.CompletedTask;
    });

    /// <summary>The next request is done as usual.</summary>
    public void Pass() => _faults.Enqueue(context =>
    {
        context.Items["pass"] = true;
        return Task.CompletedTask;
    });

    /// <summary>The next request gets no answer.</summary>
    public void Drop() => _faults.Enqueue(context =>
    {
        context.Abort();
        return Task.CompletedTask;
    });

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private async Task InterceptAsync(HttpContext context, RequestDelegate next)
    {
        string? key = context.Request.Headers["Idempotency-Key"];
        Requests.Enqueue((context.Request.Method, context.Request.Path + context.Request.QueryString, key));
        if (_faults.TryDequeue(out var fault))
        {
            await fault(context);
            if (context.Items.Count == 0)
            {
                return;
            }
        }

        if (context.Request.Headers.Authorization != $"Bearer {Key}" && context.Request.Headers["X-API-Key"] != Key)
        {
            await ErrorAsync(context, 401, "invalid or missing API key", "unauthorized");
            return;
        }

        if (key is not null && _answers.TryGetValue(key, out var known))
        {
            context.Response.StatusCode = known.Status;
            context.Response.Headers["Idempotency-Replayed"] = "true";
            await context.Response.Body.WriteAsync(known.Body);
            return;
        }

        if (key is null)
        {
            await next(context);
            return;
        }

        var answer = new MemoryStream();
        var outside = context.Response.Body;
        context.Response.Body = answer;
        await next(context);
        context.Response.Body = outside;
        _answers[key] = (context.Response.StatusCode, answer.ToArray());
        if (context.Items.ContainsKey("lose"))
        {
            context.Abort();
            return;
        }

        await outside.WriteAsync(answer.ToArray());
    }

    private static Task ErrorAsync(HttpContext context, int status, string detail, string code, string? id = null)
    {
        context.Response.StatusCode = status;
        return WriteAsync(context, new HarborErrorAnswer { Detail = detail, Code = code, Id = id }, HarborJson.Default.HarborErrorAnswer);
    }

    private static Task WriteAsync<T>(HttpContext context, T answer, JsonTypeInfo<T> type)
    {
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer, type)).AsTask();
    }

    private static async Task<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type) =>
        (await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted))!;
}
