using System.Text;

namespace Harbor.Files;

/// <summary>Writes a whole file or nothing: a temporary file beside the target, flushed to the disk, then renamed over it.</summary>
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
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            throw new DeploymentException($"{path} could not be written: {e.Message} What was there before is unchanged.", e);
        }
    }

    public static void Write(string path, string content, UnixFileMode? mode = null) => Write(path, Encoding.UTF8.GetBytes(content), mode);

    /// <summary>For keys and secrets: mode 0600.</summary>
    public static void WriteSecret(string path, string content) => Write(path, content, OwnerOnly);

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
