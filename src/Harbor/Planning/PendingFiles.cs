namespace Harbor.Planning;

/// <param name="Path">Absolute.</param>
public sealed record PendingFile(string Path, byte[] Content, UnixFileMode Mode)
{
    public bool IsExecutable => (Mode & UnixFileMode.UserExecute) != 0;
}

/// <summary>
/// Files that a Deploy writes before it looks at its inputs, and that a plan does not write: digests see them as if they were there.
/// </summary>
/// <param name="removed">Absolute paths.</param>
public sealed class PendingFiles(IEnumerable<PendingFile> written, IEnumerable<string> removed)
{
    private readonly Dictionary<string, PendingFile> _written = written.ToDictionary(file => file.Path);
    private readonly HashSet<string> _removed = [.. removed];

    public bool IsEmpty => _written.Count == 0 && _removed.Count == 0;

    public bool Removes(string path) => _removed.Contains(path);

    /// <summary>Null for a file that is as it is on disk.</summary>
    public PendingFile? Find(string path) => _written.GetValueOrDefault(path);

    public IEnumerable<PendingFile> Under(string folder) =>
        _written.Values.Where(file => file.Path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal));
}
