namespace Harbor.Journal;

/// <summary>
/// Writes whole or not at all, like <see cref="Files.AtomicFile"/>, but does not wait for the disk: after a power cut nobody misses
/// the record of a run, while every run would pay for the wait.
/// </summary>
internal static class JournalFile
{
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(temporary, content);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            throw new DeploymentException($"{path} could not be written: {e.Message}", e);
        }
    }

    public static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is only a record; whoever reads it next finds out that it is an old one.
        }
    }
}
