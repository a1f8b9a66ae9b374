using System.Security.Cryptography;

namespace Harbor.Files;

/// <summary>Remembers the state of changed files, to recognise a file that was written again with the same content.</summary>
public sealed class SeenFiles
{
    private const int MaxBytes = 16 * 1024 * 1024;
    private const int MaxFiles = 1_000;
    private readonly Dictionary<string, string> _states = [];

    /// <summary>
    /// The paths whose content, mode or link target differs from the last call with them. Paths that are new here count as changed, and so
    /// do folders.
    /// </summary>
    /// <param name="paths">Absolute paths. If there are more than 1,000, all of them count as changed.</param>
    public IReadOnlyList<string> Changed(IReadOnlyList<string> paths)
    {
        if (paths.Count > MaxFiles)
        {
            _states.Clear();
            return paths;
        }

        var changed = new List<string>();
        foreach (var path in paths)
        {
            var state = StateOf(path);
            if (state is null || _states.GetValueOrDefault(path) != state)
            {
                changed.Add(path);
            }

            _states.Remove(path);
            if (state is not null)
            {
                _states[path] = state;
            }
        }

        return changed;
    }

    /// <summary>Null where the state can't be told: folders, special files and very large ones.</summary>
    private static string? StateOf(string path)
    {
        try
        {
            var kind = FileKinds.Follow(path);
            if (kind != FileKind.Regular)
            {
                return kind == FileKind.Missing ? "missing" : null;
            }

            var content = BoundedFile.Read(path, MaxBytes);
            var mode = OperatingSystem.IsWindows() ? 0 : File.GetUnixFileMode(path);
            return content.Length > MaxBytes
                ? null : $"{mode} {new FileInfo(path).LinkTarget} {Convert.ToHexStringLower(SHA256.HashData(content))}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // It has just disappeared, or is not readable.
        }
    }
}
