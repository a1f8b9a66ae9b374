using Harbor.Server.Keys;
using Harbor.Server.Queue;

namespace Harbor.Server.Files;

/// <summary>Sends growing logs to the database, once a second; at start, contexts that only this folder has.</summary>
internal sealed class FileSender(SharedFiles files, SecretKeyCheck key, DataFolder data, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!files.IsOn)
        {
            return;
        }

        try
        {
            await key.RememberAsync(stoppingToken);
            foreach (var file in Directory.GetFiles(data.Contexts, "*.tar.gz"))
            {
                await files.PutAsync(file, stoppingToken);
            }

            while (true)
            {
                await Task.Delay(Pause, time, stoppingToken);
                await SendAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is left is sent by the process that takes over.
        }
    }

    private async Task SendAsync(CancellationToken ct)
    {
        try
        {
            await files.SendAllAsync(ct);
        }
        catch (Exception error) when (WorkLoop.IsDatabase(error) || error is IOException)
        {
            // Next time.
        }
    }
}
