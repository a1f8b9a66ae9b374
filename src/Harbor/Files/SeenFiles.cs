using System.Security.Cryptography;

namespace Harbor.Files;

/// <summary>Remembers what changed files looked like, and so tells a file that was written again as it was.</summary>
public sealed class SeenFiles
{
    private const int MaxBytes = 16 * 1024 * 1024;
    private const int MaxFiles = 1_000;
    private readonly Dictionary<string, string> _states = [];

    /// <summary>The paths whose content, mode or target of a link is not what it was at the last call with them. One that is new here has changed, and so has a folder.</summary>
    /// <param name="paths">Absolute ones. Of more than 1,000, all have changed.</param>
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

    /// <summary>Null for what is not looked into.</summary>
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
            return content.Length > MaxBytes ? null : $"{mode} {new FileInfo(path).LinkTarget} {Convert.ToHexStringLower(SHA256.HashData(content))}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // Gone a moment ago, or not to be read.
        }
    }
}
