namespace Harbor.EndToEnd;

internal static class ProcessArguments
{
    /// <summary>
    /// The command lines of all processes of this machine until cancelled, looked at as often as is cheap; NULs between the words.
    /// </summary>
    public static async Task<HashSet<string>> WatchAsync(CancellationToken ct)
    {
        var seen = new HashSet<string>();
        while (!ct.IsCancellationRequested)
        {
            foreach (var process in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
            {
                try
                {
                    seen.Add(await File.ReadAllTextAsync($"{process}/cmdline", CancellationToken.None));
                }
                catch (IOException)
                {
                    // It has ended.
                }
            }

            await Task.Delay(20, CancellationToken.None);
        }

        return seen;
    }
}
