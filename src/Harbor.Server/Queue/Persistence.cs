using Harbor.Server.Database;

namespace Harbor.Server.Queue;

/// <summary>What work has found out must not be lost because the database is away for a while: it waits, and tries again.</summary>
internal static class Persistence
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <param name="work">May run more than once: each try has a context of its own.</param>
    public static async Task<T> RunAsync<T>(Func<HarborDb> open, TimeProvider time, Func<HarborDb, Task<T>> work, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                await using var db = open();
                return await work(db);
            }
            catch (Exception error) when (WorkLoop.IsAway(error))
            {
                await Task.Delay(Pause, time, ct);
            }
        }
    }

    public static Task RunAsync(Func<HarborDb> open, TimeProvider time, Func<HarborDb, Task> work, CancellationToken ct) =>
        RunAsync(open, time, async db =>
        {
            await work(db);
            return true;
        }, ct);
}
