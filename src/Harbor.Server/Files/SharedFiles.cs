using System.Collections.Concurrent;
using System.Data.Common;
using Harbor.Server.Database;
using Harbor.Server.Queue;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Files;

/// <summary>
/// Contexts, logs and artifacts as rows of PostgreSQL, by their paths in the data folder. The folder of a process is a copy: what it lacks
/// is fetched, what it writes is sent. With SQLite, or a folder that all processes have, nothing happens.
/// </summary>
public sealed class SharedFiles(DataFolder data, Databases databases, FileSettings settings, TimeProvider time)
{
    private const int LargestPiece = 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, Growing> _growing = new();
    private readonly SemaphoreSlim[] _gates = [.. Enumerable.Range(0, 16).Select(_ => new SemaphoreSlim(1))];

    public bool IsOn => databases.Url.IsPostgreSql && settings.Store != "folder";

    /// <summary>Sends a whole file. One of that name that is there already stays: names tell the content.</summary>
    public Task PutAsync(string file, CancellationToken ct) => !IsOn ? Task.CompletedTask
        : Persistence.RunAsync(databases.Open, time, async db =>
        {
            var (name, now) = (NameOf(file), time.GetUtcNow());
            if (await db.FilePieces.Where(row => row.Name == name)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.CreatedAt, now), ct) > 0)
            {
                return;
            }

            await using var transaction = await db.Database.BeginTransactionAsync(ct); // Whole, or not there.
            await using var stream = File.OpenRead(file);
            try
            {
                await SendAsync(db, name, stream, 0, ct);
                await transaction.CommitAsync(ct);
            }
            catch (DbUpdateException error) when (error.InnerException is DbException && !WorkLoop.IsAway(error))
            {
                // Another process has just sent it.
            }
        }, ct);

    /// <summary>Makes the file be in the folder.</summary>
    /// <returns>False: it is nowhere.</returns>
    public async Task<bool> FetchAsync(string file, CancellationToken ct)
    {
        if (File.Exists(file) || !IsOn)
        {
            return File.Exists(file);
        }

        var fresh = $"{file}.{Path.GetRandomFileName()}";
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        try
        {
            await using (var stream = File.Create(fresh))
            {
                if (!await ReceiveAsync(NameOf(file), stream, 0, ct))
                {
                    return false;
                }
            }

            File.Move(fresh, file, overwrite: true);
            return true;
        }
        finally
        {
            File.Delete(fresh);
        }
    }

    /// <summary>This process writes to the file from now on, at its end only.</summary>
    public void Grow(string file)
    {
        if (IsOn)
        {
            _growing.TryAdd(file, new Growing());
        }
    }

    /// <summary>Sends what is left of a file that does not grow any more.</summary>
    public async Task EndAsync(string file, CancellationToken ct)
    {
        while (_growing.ContainsKey(file))
        {
            if (await Persistence.RunAsync(databases.Open, time, db => SendNewAsync(db, file, ct), ct))
            {
                _growing.TryRemove(file, out _);
            }
        }
    }

    /// <summary>The same, where nobody waits for it: what can't be sent now is not sent.</summary>
    public async Task ReleaseAsync(string file)
    {
        using var late = new CancellationTokenSource(Patience);
        try
        {
            await EndAsync(file, late.Token);
        }
        catch (OperationCanceledException)
        {
            // The database is away.
        }

        _growing.TryRemove(file, out _);
    }

    /// <summary>Sends what the growing files have got since.</summary>
    public async Task SendAllAsync(CancellationToken ct)
    {
        foreach (var file in _growing.Keys)
        {
            await using var db = databases.Open();
            await SendNewAsync(db, file, ct);
        }
    }

    /// <summary>Fetches what another process has written to a growing file since.</summary>
    public async Task RefreshAsync(string file, CancellationToken ct)
    {
        if (!IsOn || _growing.ContainsKey(file))
        {
            return;
        }

        var gate = _gates[(uint)file.GetHashCode(StringComparison.Ordinal) % _gates.Length];
        await gate.WaitAsync(ct);
        try
        {
            var length = new FileInfo(file) is { Exists: true } known ? known.Length : 0;
            await using var db = databases.Open();
            var name = NameOf(file);
            if (await db.FilePieces.AnyAsync(row => row.Name == name && row.Offset + row.Bytes.Length > length, ct))
            {
                await using var stream = new FileStream(
                    file, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
                stream.Position = length;
                await ReceiveAsync(name, stream, length, ct);
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Of all files whose names begin so; the folder stays as it is.</summary>
    /// <param name="start">A path in the data folder.</param>
    public async Task DeleteAsync(string start, CancellationToken ct)
    {
        if (IsOn)
        {
            var name = NameOf(start);
            await using var db = databases.Open();
            await db.FilePieces.Where(row => row.Name.StartsWith(name)).ExecuteDeleteAsync(ct);
        }
    }

    /// <summary>Paths under a folder of the data folder whose last piece came before a time.</summary>
    public async Task<IReadOnlyList<string>> OlderThanAsync(string folder, DateTimeOffset end, CancellationToken ct)
    {
        if (!IsOn)
        {
            return [];
        }

        var start = NameOf(folder) + "/";
        await using var db = databases.Open();
        var names = await db.FilePieces.Where(row => row.Name.StartsWith(start)).GroupBy(row => row.Name)
            .Where(pieces => pieces.Max(piece => piece.CreatedAt) < end).Select(pieces => pieces.Key).ToListAsync(ct);
        return [.. names.Select(name => Path.Combine(data.Path, name))];
    }

    private string NameOf(string file) => Path.GetRelativePath(data.Path, file);

    /// <returns>False: it is to be tried again at once.</returns>
    private async Task<bool> SendNewAsync(HarborDb db, string file, CancellationToken ct)
    {
        if (!_growing.TryGetValue(file, out var growing) || !File.Exists(file))
        {
            return true;
        }

        await growing.Gate.WaitAsync(ct);
        try
        {
            var name = NameOf(file);
            growing.Sent ??= await db.FilePieces.Where(row => row.Name == name).OrderByDescending(row => row.Offset)
                .Select(row => (long?)(row.Offset + row.Bytes.Length)).FirstOrDefaultAsync(ct) ?? 0;
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (stream.Length > growing.Sent)
            {
                stream.Position = growing.Sent.Value;
                growing.Sent = await SendAsync(db, name, stream, growing.Sent.Value, ct);
            }

            return true;
        }
        catch (DbUpdateException error) when (error.InnerException is DbException && !WorkLoop.IsAway(error))
        {
            growing.Sent = null; // Another process had the file before, and sent the same.
            return false;
        }
        finally
        {
            growing.Gate.Release();
        }
    }

    /// <returns>Where the next piece begins.</returns>
    private async Task<long> SendAsync(HarborDb db, string name, Stream from, long offset, CancellationToken ct)
    {
        var buffer = new byte[LargestPiece];
        int read;
        while ((read = await from.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct)) > 0 || offset == 0)
        {
            db.FilePieces.Add(new FilePiece { Name = name, Offset = offset, Bytes = buffer[..read], CreatedAt = time.GetUtcNow() });
            await db.SaveChangesAsync(ct);
            db.ChangeTracker.Clear(); // One piece in memory at a time.
            offset += read;
            if (read == 0)
            {
                break; // An empty file is a file.
            }
        }

        return offset;
    }

    /// <returns>False: there is no such file.</returns>
    private async Task<bool> ReceiveAsync(string name, Stream to, long from, CancellationToken ct)
    {
        await using var db = databases.Open();
        var isThere = false;
        while (await db.FilePieces.AsNoTracking()
            .Where(row => row.Name == name && (row.Offset + row.Bytes.Length > from || (from == 0 && row.Offset == 0)))
            .OrderBy(row => row.Offset).FirstOrDefaultAsync(ct) is { } piece)
        {
            isThere = true;
            await to.WriteAsync(piece.Bytes.AsMemory((int)Math.Max(0, from - piece.Offset)), ct);
            from = piece.Offset + piece.Bytes.Length;
            if (piece.Bytes.Length == 0)
            {
                break;
            }
        }

        return isThere;
    }

    private sealed class Growing
    {
        public SemaphoreSlim Gate { get; } = new(1);

        /// <summary>Null: not known yet.</summary>
        public long? Sent { get; set; }
    }
}
