using System.Text.Json;

namespace Harbor.Journal;

/// <summary>
/// Writes whole or not at all, like <see cref="Files.AtomicFile"/>, but does not wait for the disk: after a power cut nobody misses
/// the record of a run, while every run would pay for the wait. And the JSON is written by hand, because a serializer costs 25 ms at its first use.
/// </summary>
internal static class JournalFile
{
    /// <param name="content">Writes the properties of the one object in the file.</param>
    public static void Write(string path, Action<Utf8JsonWriter> content)
    {
        var temporary = $"{path}.tmp"; // One for all processes: no two write the same file, and what a killed one left is written over.
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using (var stream = File.Create(temporary))
            using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
            {
                json.WriteStartObject();
                content(json);
                json.WriteEndObject();
            }

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
