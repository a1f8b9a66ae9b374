namespace Harbor.Tests.Compose;

internal static class AsyncFirst
{
    public static async Task<T> FirstAsync<T>(this IAsyncEnumerable<T> items, Func<T, bool> isIt, CancellationToken ct)
    {
        await foreach (var item in items.WithCancellation(ct))
        {
            if (isIt(item))
            {
                return item;
            }
        }

        throw new InvalidOperationException("it ended");
    }
}
