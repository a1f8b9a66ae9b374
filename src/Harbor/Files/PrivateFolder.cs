using System.Diagnostics.CodeAnalysis;

namespace Harbor.Files;

/// <summary>
/// A folder in memory (on tmpfs) for content that must not reach a disk. Only its owner can read it. Disposing removes it.
/// </summary>
internal sealed class PrivateFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const string Name = "harbor-private.";

    private readonly string _path;

    private PrivateFolder(string path) => _path = path;

    /// <returns>Null where this machine has no tmpfs that the user may write to.</returns>
    public static PrivateFolder? TryCreate(IReadOnlyDictionary<string, string> environment)
    {
        foreach (var parent in (string[])[environment.GetValueOrDefault("XDG_RUNTIME_DIR") ?? "", "/dev/shm"])
        {
            if (Path.IsPathRooted(parent) && !OperatingSystem.IsWindows()
                && TryCreate(Path.Combine(parent, $"{Name}{Environment.ProcessId}.{Guid.NewGuid():N}"), out var folder))
            {
                return folder;
            }
        }

        return null;
    }

    /// <returns>The path of the new file, whose mode is 0600.</returns>
    public string Write(string name, ReadOnlySpan<byte> content)
    {
        var path = Path.Combine(_path, name);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using var stream = new FileStream(path, options);
        stream.Write(content);
        return path;
    }

    public void Dispose()
    {
        if (Directory.Exists(_path))
        {
            Directory.Delete(_path, recursive: true);
        }
    }

    /// <summary>Removes the folders of killed processes.</summary>
    private static void RemoveLeft(string parent)
    {
        foreach (var left in Directory.EnumerateDirectories(parent, $"{Name}*"))
        {
            if (Path.GetFileName(left)[Name.Length..].Split('.') is [var process, { Length: 32 }]
                && Directory.Exists("/proc/self") && !Directory.Exists($"/proc/{process}"))
            {
                try
                {
                    Directory.Delete(left, recursive: true);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    // It belongs to another user.
                }
            }
        }
    }

    [SuppressMessage("Interoperability", "CA1416", Justification = "Not called on Windows.")]
    private static bool TryCreate(string path, [NotNullWhen(true)] out PrivateFolder? folder)
    {
        folder = null;
        try
        {
            var parent = Path.GetDirectoryName(path)!;
            if (Directory.Exists(parent) && new DriveInfo(parent).DriveFormat is "tmpfs" or "ramfs")
            {
                RemoveLeft(parent);
                Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
                folder = new(path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next folder is tried.
        }

        return folder is not null;
    }
}
