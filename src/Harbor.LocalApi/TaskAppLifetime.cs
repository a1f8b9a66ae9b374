using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Hosting;

namespace Harbor.Deployments;

/// <summary>Runs the hooks, and tells the config where it is served.</summary>
internal sealed class TaskAppLifetime(LocalApiConfig config, IServer server) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (var hook in config.StartupHooks)
        {
            await hook(cancellationToken);
        }
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        config.ListensAt(server.Features.Get<IServerAddressesFeature>()?.Addresses.Select(Reachable).FirstOrDefault());
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        config.ListensAt(null);
        return Task.CompletedTask;
    }

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        var errors = new List<Exception>();
        foreach (var hook in config.ShutdownHooks)
        {
            try
            {
                await hook(cancellationToken);
            }
#pragma warning disable CA1031 // The others must run, whatever the user's hook throws.
            catch (Exception error)
#pragma warning restore CA1031
            {
                errors.Add(error);
            }
        }

        if (errors.Count > 0)
        {
            throw new AggregateException("Shutdown hooks of the task app failed.", errors);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A server that listens on every address is reached on this machine by its own.</summary>
    private static string Reachable(string address) => address.Replace("://[::]", "://localhost", StringComparison.Ordinal)
        .Replace("://0.0.0.0", "://localhost", StringComparison.Ordinal).Replace("://+", "://localhost", StringComparison.Ordinal)
        .Replace("://*", "://localhost", StringComparison.Ordinal);
}
