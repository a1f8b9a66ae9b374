using System.Text;

namespace Harbor.Files;

/// <summary>
/// Writes a whole file or nothing: into a temporary file beside the target, which is flushed to the disk and renamed over the target; then
/// the folder is flushed.
/// </summary>
public static class AtomicFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Replaces <paramref name="path"/> with <paramref name="content"/>; missing folders are created.</summary>
    /// <param name="mode">Null: by the umask. The file has the mode from the first byte on; the old file's mode does not matter.</param>
    /// <exception cref="HarborException">Disk full, read-only or not permitted. The old file is unchanged.</exception>
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
                    File.SetUnixFileMode(stream.SafeFileHandle, wanted); // The umask may have removed a bit.
                }

                stream.Write(content);
                Disk.Flush(stream.SafeFileHandle, temporary);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            throw new HarborException($"{path} could not be written: {e.Message} The old file is unchanged.", e);
        }

        try
        {
            HeldFolder.Flush(Path.GetDirectoryName(path)!);
        }
        catch (IOException e)
        {
            throw new HarborException(
                $"{path} is written, but the disk does not confirm it: {e.Message} Run again once the disk is sound.", e);
        }
    }

    public static void Write(string path, string content, UnixFileMode? mode = null) => Write(path, Encoding.UTF8.GetBytes(content), mode);

    /// <summary>With mode 0600, for keys and secrets.</summary>
    public static void WriteSecret(string path, string content) => Write(path, content, OwnerOnly);

    /// <summary>
    /// Removes temporary files of killed processes, which may hold as much as their targets. Only with the project's lock held, so that no
    /// other process is writing them.
    /// </summary>
    /// <param name="file">The target's name.</param>
    public static void RemoveLeft(string folder, string file) =>
        RemoveLeft(folder, SearchOption.TopDirectoryOnly, (target, _) => target == file);

    /// <summary>All of one process below a folder.</summary>
    /// <inheritdoc cref="RemoveLeft(string, string)" path="/summary"/>
    public static void RemoveLeft(string folder, int process) =>
        RemoveLeft(folder, SearchOption.AllDirectories, (_, writer) => writer == $"{process}");

    private static void RemoveLeft(string folder, SearchOption depth, Func<string, string, bool> isLeft)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*.tmp", depth))
        {
            if (ParseTemporary(path) is { } left && isLeft(left.Target, left.Writer))
            {
                TryDelete(path);
            }
        }
    }

    /// <summary>Whether this is the temporary file of a write.</summary>
    internal static bool IsTemporary(string path) => ParseTemporary(path) is not null;

    private static (string Target, string Writer)? ParseTemporary(string path) =>
        Path.GetFileName(path).Split('.') is [.. var target, var writer, { Length: 32 }, "tmp"] ? (string.Join('.', target), writer) : null;

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The caller gets the error of the write.
        }
    }
}
