using System.Threading.Channels;

namespace Harbor.Files;

/// <summary>
/// Tells what changed below folders, those that come, go and are made anew included. Editors write one file in many steps, and tools many files: what
/// comes close together is one batch.
/// </summary>
public sealed class FolderWatch : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(500);
    private readonly Channel<string> _changes = Channel.CreateUnbounded<string>();
    private readonly Dictionary<Place, Watched> _watched = [];
    private volatile HashSet<string> _ways = [];

    /// <summary>
    /// Watches exactly these from now on. To be called again after each batch: a folder that was made anew is another one, and what is in it is told
    /// from the call on.
    /// </summary>
    /// <param name="paths">Absolute, of files and folders; of a folder, with whether all folders below it count too. That one of them comes, goes or is exchanged is told as well.</param>
    public void Follow(IEnumerable<(string Path, bool Below)> paths)
    {
        var followed = paths.Distinct().ToList();
        var above = followed.SelectMany(one => Above(one.Path)).Except(followed.Select(one => one.Path)).ToList();
        _ways = [.. above, .. followed.Select(one => one.Path)];
        var wanted = followed.Select(one => new Place(one.Path, one.Below, IsWay: false)).Concat(above.Select(folder => new Place(folder, Below: false, IsWay: true))).ToHashSet();
        var old = _watched.Where(one => !wanted.Contains(one.Key) || FileKinds.FolderIdentity(one.Key.Folder) != one.Value.Identity).ToList();
        foreach (var (place, watched) in old)
        {
            watched.Dispose();
            _watched.Remove(place);
        }

        foreach (var place in wanted.Where(place => !_watched.ContainsKey(place) && Directory.Exists(place.Folder)))
        {
            try
            {
                _watched[place] = Watch(place);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                // Gone a moment ago, or not to be read.
            }
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

    /// <summary>What has come until now, nothing included.</summary>
    public async Task<IReadOnlyList<string>> SoFarAsync(CancellationToken ct)
    {
        await Task.Delay(Quiet, ct); // The system tells of a write a moment after it.
        var batch = new HashSet<string>();
        while (_changes.Reader.TryRead(out var path))
        {
            batch.Add(path);
        }

        return [.. batch.Order(StringComparer.Ordinal)];
    }

    public void Dispose()
    {
        foreach (var watched in _watched.Values)
        {
            watched.Dispose();
        }
    }

    private static IEnumerable<string> Above(string path)
    {
        for (var folder = Path.GetDirectoryName(path); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            yield return folder;
        }
    }

    private Watched Watch(Place place)
    {
        var held = HeldFolder.Open(Path.Combine(place.Folder, "."), place.Folder);
        var watcher = new FileSystemWatcher
        {
            IncludeSubdirectories = place.Below,
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Attributes,
            InternalBufferSize = 64 * 1024,
        };
        var watched = new Watched(watcher, held, FileKinds.FolderIdentity(place.Folder));
        try
        {
            watcher.Created += (_, change) => Add(place, change.FullPath);
            watcher.Changed += (_, change) => Add(place, change.FullPath);
            watcher.Deleted += (_, change) => Add(place, change.FullPath);
            watcher.Renamed += (_, change) => Add(place, change.OldFullPath);
            watcher.Renamed += (_, change) => Add(place, change.FullPath);
            watcher.Error += (_, _) => _changes.Writer.TryWrite(place.Folder); // Too many to tell apart.
            watcher.Path = place.Folder;
            watcher.EnableRaisingEvents = true;
            return watched;
        }
        catch
        {
            watched.Dispose();
            throw;
        }
    }

    private void Add(Place place, string path)
    {
        if (place.IsWay ? _ways.Contains(path) : !AtomicFile.IsTemporary(path) && !EditorFiles.IsLeftover(Path.GetFileName(path)))
        {
            _changes.Writer.TryWrite(path);
        }
    }

    /// <param name="IsWay">Only what leads to a followed path counts, or is one.</param>
    private sealed record Place(string Folder, bool Below, bool IsWay);

    /// <param name="Held">While a folder is held, a new one at the same path can't have its number.</param>
    private sealed record Watched(FileSystemWatcher Watcher, HeldFolder Held, string? Identity) : IDisposable
    {
        public void Dispose()
        {
            Watcher.Dispose();
            Held.Dispose();
        }
    }
}
