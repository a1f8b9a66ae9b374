using Harbor.Server.Database;
using Harbor.Server.Http;
using Harbor.Server.Interceptor;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Harbor.Server.Relays;

/// <summary>
/// What sandboxes can ask: the interceptor and nothing else. It is a web server of its own, so that no other route can ever be reached
/// from a sandbox, and a worker that answers no requests has it, too.
/// </summary>
internal sealed class RelayServer(
    RelayTransport transport, OpenCalls open, ModelCalls calls, Databases databases, TimeProvider time) : IHostedService, IAsyncDisposable
{
    private WebApplication? _app;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = HarborServer.LargestRequest;
            kestrel.Listen(RelayTransport.Place, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddSingleton<IConnectionListenerFactory>(transport).AddSingleton<IHostLifetime, OwnedLifetime>()
            .AddSingleton(open).AddSingleton(calls).AddSingleton(time).AddScoped(_ => databases.Open());
        builder.Services.ConfigureHttpJsonOptions(json => HarborServer.Json(json.SerializerOptions));
        _app = builder.Build();
        _app.UseMiddleware<Problems>();
        _app.MapInterceptor();
        await _app.StartAsync(cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_app is not null)
        {
            await _app.StopAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }
}
