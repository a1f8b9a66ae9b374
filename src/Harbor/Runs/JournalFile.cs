using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Harbor.Runs;

/// <summary>
/// Writes whole or not at all, like <see cref="Files.AtomicFile"/>, but does not wait for the disk: every run would pay for the wait, and
/// a power cut loses no more than the record of a run.
/// </summary>
internal static class JournalFile
{
    public static void Write<T>(string path, T content, JsonTypeInfo<T> type)
    {
        var temporary = $"{path}.tmp"; // The same name each time, so the next run overwrites the leftover of a killed one.
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using (var stream = File.Create(temporary))
            {
                JsonSerializer.Serialize(stream, content, type);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            throw new HarborException($"{path} could not be written: {e.Message}", e);
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
            // It is only a record: its next reader sees that the run is over.
        }
    }
}
