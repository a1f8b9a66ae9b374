using System.Threading.Channels;

namespace Harbor.Files;

/// <summary>
/// Reports changes below folders, also of folders that appear, disappear or are replaced. Changes close together form one batch, because
/// editors write a file in many steps and tools write many files.
/// </summary>
public sealed class FolderWatch(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(500);
    private readonly Channel<string> _changes = Channel.CreateUnbounded<string>();
    private readonly Dictionary<Place, Watched> _watched = [];
    private volatile HashSet<string> _parents = [];

    /// <summary>
    /// Watches exactly these paths from now on. Call it again after each batch: a folder that was replaced is a new one, whose changes are
    /// reported from that call on.
    /// </summary>
    /// <param name="paths">Absolute paths of files and folders, each with whether the folders below it count too. If one of them appears,
    /// disappears or is replaced, that is reported as well.</param>
    public void Follow(IEnumerable<(string Path, bool Below)> paths)
    {
        var followed = paths.Distinct().ToList();
        var above = followed.SelectMany(one => ParentsOf(one.Path)).Except(followed.Select(one => one.Path)).ToList();
        _parents = [.. above, .. followed.Select(one => one.Path)];
        var wanted = followed.Select(one => new Place(one.Path, one.Below, IsParent: false))
            .Concat(above.Select(folder => new Place(folder, Below: false, IsParent: true))).ToHashSet();
        var old = _watched.Where(one => !wanted.Contains(one.Key)
            || FileKinds.FolderIdentity(one.Key.Folder) != one.Value.Identity).ToList();
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
                // It has just disappeared, or is not readable.
            }
        }
    }

    /// <summary>
    /// The next batch: absolute paths, each once. It ends when nothing has changed for 50 ms, at the latest after half a second.
    /// </summary>
    public async Task<IReadOnlyList<string>> NextAsync(CancellationToken ct)
    {
        var batch = new HashSet<string> { await _changes.Reader.ReadAsync(ct) };
        using var longest = new CancellationTokenSource(Longest, time);
        try
        {
            while (true)
            {
                using var quiet = new CancellationTokenSource(Quiet, time);
                using var end = CancellationTokenSource.CreateLinkedTokenSource(ct, longest.Token, quiet.Token);
                batch.Add(await _changes.Reader.ReadAsync(end.Token));
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return [.. batch.Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>The changes until now; there may be none.</summary>
    public async Task<IReadOnlyList<string>> DrainAsync(CancellationToken ct)
    {
        await Task.Delay(Quiet, time, ct); // The system reports a write a moment later.
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

    private static IEnumerable<string> ParentsOf(string path)
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
            watcher.Error += (_, _) => _changes.Writer.TryWrite(place.Folder); // Too many changes: the system has dropped some.
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
        if (place.IsParent ? _parents.Contains(path) : !AtomicFile.IsTemporary(path) && !EditorFiles.IsLeftover(Path.GetFileName(path)))
        {
            _changes.Writer.TryWrite(path);
        }
    }

    /// <param name="IsParent">It is watched only for followed paths in it and for folders that lead to them.</param>
    private sealed record Place(string Folder, bool Below, bool IsParent);

    /// <param name="Held">Open, so that a new folder at the same path can't have the same number.</param>
    private sealed record Watched(FileSystemWatcher Watcher, HeldFolder Held, string? Identity) : IDisposable
    {
        public void Dispose()
        {
            Watcher.Dispose();
            Held.Dispose();
        }
    }
}
