using Microsoft.Extensions.Time.Testing;

namespace Harbor.Tests;

internal static class FakeTime
{
    /// <summary>Moves the clock on until the work is done, so that its waits cost no time.</summary>
    public static async Task RunAsync(this FakeTimeProvider time, Task work)
    {
        while (!work.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Delay(1);
        }

        await work;
    }

    /// <inheritdoc cref="RunAsync(FakeTimeProvider, Task)"/>
    public static async Task<T> RunAsync<T>(this FakeTimeProvider time, Task<T> work)
    {
        await time.RunAsync((Task)work);
        return await work;
    }
}
