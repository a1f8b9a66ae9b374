using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Harbor.Server;

/// <summary><c>server</c>: serves until Ctrl-C or SIGTERM.</summary>
internal static class ServerCommand
{
    public static async Task<int> RunAsync(ServerOptions options, TextWriter output, CancellationToken ct)
    {
        await using var app = await HarborServer.BuildAsync(options, ct);
        try
        {
            await app.StartAsync(ct);
        }
        catch (IOException error)
        {
            throw new UsageException($"The server can't listen at {options.Urls}: {error.Message}");
        }

        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        await output.WriteLineAsync($"Harbor server listening on {string.Join(", ", addresses)}");
        await output.FlushAsync(ct);
        await app.WaitForShutdownAsync(ct);
        return 0;
    }
}
