using System.Threading.Channels;

namespace Harbor.Files;

/// <summary>Tells what changed below folders. Editors write one file in many steps, and tools many files: what comes close together is one batch.</summary>
public sealed class FolderWatch : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(500);
    private readonly Channel<string> _changes = Channel.CreateUnbounded<string>();
    private readonly Dictionary<(string Folder, bool Below), FileSystemWatcher> _watchers = [];

    /// <summary>Watches exactly these from now on; those that do not exist are left out.</summary>
    /// <param name="folders">Absolute paths, each with whether all folders below it count too.</param>
    public void Follow(IEnumerable<(string Folder, bool Below)> folders)
    {
        var wanted = folders.Where(one => Directory.Exists(one.Folder)).ToHashSet();
        foreach (var gone in _watchers.Keys.Except(wanted).ToList())
        {
            _watchers[gone].Dispose();
            _watchers.Remove(gone);
        }

        foreach (var added in wanted.Except(_watchers.Keys).ToList())
        {
            _watchers[added] = Watch(added.Folder, added.Below);
        }
    }

    /// <summary>The next batch: absolute paths, each once. Waits until nothing more has come for 50 ms, for half a second at the most.</summary>
    public async Task<IReadOnlyList<string>> NextAsync(CancellationToken ct)
    {
        var batch = new HashSet<string> { await _changes.Reader.ReadAsync(ct) };
        using var longest = CancellationTokenSource.CreateLinkedTokenSource(ct);
        longest.CancelAfter(Longest);
        try
        {
            while (true)
            {
                using var quiet = CancellationTokenSource.CreateLinkedTokenSource(longest.Token);
                quiet.CancelAfter(Quiet);
                batch.Add(await _changes.Reader.ReadAsync(quiet.Token));
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return [.. batch.Order(StringComparer.Ordinal)];
        }
    }

    public void Dispose()
    {
        foreach (var watcher in _watchers.Values)
        {
            watcher.Dispose();
        }
    }

    private FileSystemWatcher Watch(string folder, bool below)
    {
        var watcher = new FileSystemWatcher(folder)
        {
            IncludeSubdirectories = below,
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Attributes,
            InternalBufferSize = 64 * 1024,
        };
        watcher.Created += (_, change) => Add(change.FullPath);
        watcher.Changed += (_, change) => Add(change.FullPath);
        watcher.Deleted += (_, change) => Add(change.FullPath);
        watcher.Renamed += (_, change) => Add(change.FullPath);
        watcher.Error += (_, _) => _changes.Writer.TryWrite(folder); // Too many to tell apart, or the folder is gone.
        watcher.EnableRaisingEvents = true;
        return watcher;
    }

    private void Add(string path)
    {
        if (!AtomicFile.IsTemporary(path))
        {
            _changes.Writer.TryWrite(path);
        }
    }
}
