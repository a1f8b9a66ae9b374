using System.Text;

namespace Harbor.Files;

/// <summary>Writes a whole file or nothing: a temporary file beside the target, flushed to the disk, then renamed over it, and the name flushed too.</summary>
public static class AtomicFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Replaces <paramref name="path"/> with <paramref name="content"/>; missing folders are made.</summary>
    /// <param name="mode">Null leaves it to the umask. The mode holds from the first byte, whatever the old file's was.</param>
    /// <exception cref="DeploymentException">Disk full, read-only or not permitted: the old file is as it was.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode? mode = null)
    {
        var temporary = $"{path}.{Environment.ProcessId}.{Guid.NewGuid():N}.tmp";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
            if (mode is { } unixMode && !OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = unixMode;
            }

            using (var stream = new FileStream(temporary, options))
            {
                if (mode is { } wanted && !OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(stream.SafeFileHandle, wanted); // The umask took something away.
                }

                stream.Write(content);
                Disk.Flush(stream.SafeFileHandle, temporary);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            throw new DeploymentException($"{path} could not be written: {e.Message} What was there before is unchanged.", e);
        }

        try
        {
            HeldFolder.Flush(Path.GetDirectoryName(path)!);
        }
        catch (IOException e)
        {
            throw new DeploymentException($"{path} is written, but the disk does not confirm it: {e.Message} Run again once the disk is sound.", e);
        }
    }

    public static void Write(string path, string content, UnixFileMode? mode = null) => Write(path, Encoding.UTF8.GetBytes(content), mode);

    /// <summary>For keys and secrets: mode 0600.</summary>
    public static void WriteSecret(string path, string content) => Write(path, content, OwnerOnly);

    /// <summary>Removes what killed processes left beside their targets, which may hold what the target does. Only where nobody else is at work on them: with the project's lock held.</summary>
    /// <param name="file">Name of the target.</param>
    public static void RemoveLeft(string folder, string file) => RemoveLeft(folder, SearchOption.TopDirectoryOnly, (target, _) => target == file);

    /// <summary>All that one process left below a folder.</summary>
    /// <inheritdoc cref="RemoveLeft(string, string)" path="/summary"/>
    public static void RemoveLeft(string folder, int process) => RemoveLeft(folder, SearchOption.AllDirectories, (_, writer) => writer == $"{process}");

    private static void RemoveLeft(string folder, SearchOption depth, Func<string, string, bool> isLeft)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*.tmp", depth))
        {
            if (TemporaryOf(path) is { } left && isLeft(left.Target, left.Writer))
            {
                TryDelete(path);
            }
        }
    }

    /// <summary>Whether this is what stands beside a file while it is written.</summary>
    internal static bool IsTemporary(string path) => TemporaryOf(path) is not null;

    private static (string Target, string Writer)? TemporaryOf(string path) =>
        Path.GetFileName(path).Split('.') is [.. var target, var writer, { Length: 32 }, "tmp"] ? (string.Join('.', target), writer) : null;

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The write failed already, and that is what the caller is told.
        }
    }
}
