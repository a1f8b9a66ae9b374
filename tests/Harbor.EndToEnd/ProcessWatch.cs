using System.Text;
using Harbor.Processes;

namespace Harbor.EndToEnd;

/// <summary>
/// Looks, as often as it can, at the arguments of every process of this machine, and at the environment of Harbor's children but for
/// Compose, which is given the secrets.
/// </summary>
/// <param name="typed">What the user typed himself, and so may stand among Harbor's own arguments.</param>
internal sealed class ProcessWatch(SentinelScan scan, string root, string typed) : IAsyncDisposable
{
    private readonly HashSet<string> _seen = [];
    private readonly HashSet<string> _found = [];
    private readonly CancellationTokenSource _done = new();
    private Task _watching = Task.CompletedTask;

    /// <summary>Whether it saw what it is there for: Compose at work on the project.</summary>
    public bool SawCompose { get; private set; }

    public IReadOnlyCollection<string> Found => _found;

    public void Start() => _watching = Task.Run(WatchAsync);

    public async ValueTask DisposeAsync()
    {
        await _done.CancelAsync();
        await _watching;
        _done.Dispose();
    }

    private async Task WatchAsync()
    {
        while (!_done.IsCancellationRequested)
        {
            foreach (var process in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
            {
                try
                {
                    Look(await File.ReadAllTextAsync($"{process}/cmdline", Encoding.Latin1),
                        await File.ReadAllTextAsync($"{process}/environ", Encoding.Latin1));
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    // It has ended.
                }
            }

            await Task.Delay(10);
        }
    }

    private void Look(string arguments, string environment)
    {
        var isCompose = arguments.Contains("compose", StringComparison.Ordinal);
        var isChild = environment.Contains(ChildEnvironment.RunIdVariable, StringComparison.Ordinal)
            && !environment.Contains($"{ChildEnvironment.RunIdVariable}={TestProject.RunId}\0", StringComparison.Ordinal);
        var isOurs = arguments.Contains(root, StringComparison.Ordinal);
        SawCompose |= isCompose && isChild && isOurs;
        if (_seen.Add(arguments))
        {
            _found.UnionWith(
                scan.Find("arguments", isOurs && !isChild ? arguments.Replace(typed, "", StringComparison.Ordinal) : arguments));
        }

        if (isChild && !isCompose && _seen.Add(environment))
        {
            _found.UnionWith(scan.Find($"environment of {arguments.Split('\0')[0]}", environment));
        }
    }
}
