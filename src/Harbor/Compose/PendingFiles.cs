namespace Harbor.Compose;

/// <param name="Path">Absolute.</param>
public sealed record PendingFile(string Path, byte[] Content, bool IsExecutable);

/// <summary>What a Deploy would write before it looks at its inputs, and a plan does not: its digests see these files as if they were there.</summary>
/// <param name="removed">Absolute paths.</param>
public sealed class PendingFiles(IEnumerable<PendingFile> written, IEnumerable<string> removed)
{
    private readonly Dictionary<string, PendingFile> _written = written.ToDictionary(file => file.Path);
    private readonly HashSet<string> _removed = [.. removed];

    public bool IsEmpty => _written.Count == 0 && _removed.Count == 0;

    public bool Removes(string path) => _removed.Contains(path);

    /// <summary>Null for a file that is as it is on disk.</summary>
    public PendingFile? Of(string path) => _written.GetValueOrDefault(path);

    public IEnumerable<PendingFile> Under(string folder) =>
        _written.Values.Where(file => file.Path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal));
}
