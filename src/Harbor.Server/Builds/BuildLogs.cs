using System.Text;
using Harbor.Masking;
using Harbor.Server.Files;

namespace Harbor.Server.Builds;

/// <summary>The logs of builds and rollouts: files of the data folder that grow while work goes on.</summary>
public sealed class BuildLogs(DataFolder data, SharedFiles shared)
{
    /// <summary>Bytes; what comes after is counted, not kept.</summary>
    public const long Largest = 16 * 1024 * 1024;

    private static readonly string[] Streams = ["stdout", "stderr"];

    public string File(Guid id) => Path.Combine(data.Logs, $"{id:N}.log");

    public long Length(Guid id) => new FileInfo(File(id)) is { Exists: true } file ? file.Length : 0;

    /// <summary>A rollout's stream; each attempt has its own.</summary>
    public string File(Guid id, int attempt, string stream) => Path.Combine(data.Logs, $"{id:N}.{attempt}.{stream}.log");

    public string? Tail(Guid id) => Tail(File(id), 4096);

    /// <summary>The last bytes, from the start of a line; null: there is no log.</summary>
    public static string? Tail(string path, int length)
    {
        try
        {
            using var file = System.IO.File.Open(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            file.Position = Math.Max(0, file.Length - length);
            using var reader = new StreamReader(file, Encoding.UTF8);
            var text = reader.ReadToEnd();
            return file.Length > length && text.IndexOf('\n') is var end and >= 0 ? text[(end + 1)..] : text;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Writes a log from its beginning; where others may have read an earlier attempt's, behind that.</summary>
    internal async Task<LogFile> BeginAsync(Guid id, Redaction redaction, CancellationToken ct)
    {
        await shared.RefreshAsync(File(id), ct);
        shared.Grow(File(id));
        return new LogFile(File(id), redaction, shared.IsOn ? FileMode.Append : FileMode.Create);
    }

    /// <summary>Others have all of it, too.</summary>
    internal Task EndAsync(Guid id, int attempt, CancellationToken ct) =>
        Task.WhenAll(Streams.Select(stream => shared.EndAsync(File(id, attempt, stream), ct)));

    internal Task ReleaseAsync(Guid id) => shared.ReleaseAsync(File(id));

    internal Task ReleaseAsync(Guid id, int attempt) =>
        Task.WhenAll(Streams.Select(stream => shared.ReleaseAsync(File(id, attempt, stream))));

    /// <summary>This process writes the streams of an attempt.</summary>
    internal void Grow(Guid id, int attempt)
    {
        foreach (var stream in Streams)
        {
            shared.Grow(File(id, attempt, stream));
        }
    }

    /// <summary>What another worker has written of it since.</summary>
    internal Task RefreshAsync(string file, CancellationToken ct) => shared.RefreshAsync(file, ct);

    /// <summary>The builds and rollouts whose logs nobody has written to since.</summary>
    public async Task<IReadOnlyList<Guid>> OlderThanAsync(DateTimeOffset end, CancellationToken ct) =>
        [.. new DirectoryInfo(data.Logs).EnumerateFiles().Where(file => file.LastWriteTimeUtc < end.UtcDateTime).Select(file => file.Name)
            .Concat((await shared.OlderThanAsync(data.Logs, end, ct)).Select(file => Path.GetFileName(file)))
            .Select(name => Guid.TryParse(name.Split('.')[0], out var id) ? id : Guid.Empty).Where(id => id != Guid.Empty).Distinct()];

    /// <summary>Those of all attempts.</summary>
    public async Task DeleteAsync(Guid id, CancellationToken ct)
    {
        foreach (var file in Directory.EnumerateFiles(data.Logs, $"{id:N}.*"))
        {
            System.IO.File.Delete(file);
        }

        await shared.DeleteAsync(Path.Combine(data.Logs, $"{id:N}."), ct);
    }
}

/// <summary>A log that is being written: masked, flushed with each piece, cut at the limit.</summary>
internal sealed class LogFile : IDisposable
{
    private readonly StreamWriter _file;
    private readonly MaskingWriter _masked;
    private readonly List<string> _last = [];
    private long _length;
    private bool _isCut;

    public LogFile(string path, Redaction redaction, FileMode mode = FileMode.Create)
    {
        _file = new StreamWriter(new FileStream(path, mode, FileAccess.Write, FileShare.Read | FileShare.Delete),
            new UTF8Encoding(false));
        _masked = new MaskingWriter(_file, redaction);
    }

    /// <summary>The last 20 lines, not masked.</summary>
    public IReadOnlyList<string> LastLines => _last;

    public void Write(string text)
    {
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            _last.Add(line.TrimEnd('\r'));
            _last.RemoveRange(0, Math.Max(0, _last.Count - 20));
        }

        _length += Encoding.UTF8.GetByteCount(text);
        if (_isCut)
        {
            return;
        }

        if (_length > BuildLogs.Largest)
        {
            _isCut = true;
            text = "\n[The log is longer than 16 MiB; the rest is not kept.]\n";
        }

        _masked.Write(text);
        if (!_masked.IsHolding)
        {
            _masked.Flush();
        }

        _file.Flush();
    }

    public void Dispose()
    {
        _masked.Dispose();
        _file.Dispose();
    }
}
