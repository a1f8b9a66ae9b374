using System.Text.Json;
using Harbor.Files;

namespace Harbor.Journal;

/// <summary>
/// One thing that the next run needs to know, <c>var/state/[name].json</c>: <c>{"version": 1, "state": …}</c>. Written whole or not at all.
/// Nothing secret may be in it.
/// </summary>
/// <param name="Name">Of the file, without extension.</param>
/// <param name="Version">To be raised where an older Harbor would misread what this one writes.</param>
/// <param name="Load">Of the state's element; what it throws for a wrong one is told as damage. By hand, as <paramref name="Save"/>: a serializer costs 25 ms at its first use.</param>
/// <param name="Save">Writes one JSON value.</param>
/// <param name="Remedy">A sentence: what the user does where the file is damaged, and what that costs.</param>
public sealed record StateFile<T>(ProjectPaths Paths, string Name, int Version, Func<JsonElement, T> Load, Action<Utf8JsonWriter, T> Save, string Remedy)
    where T : class
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private string FilePath => Path.Combine(Paths.State, $"{Name}.json");

    /// <summary>Null where nothing was saved.</summary>
    /// <exception cref="DeploymentException">Damaged, unreadable, or written by a newer Harbor.</exception>
    public T? Read()
    {
        if (!File.Exists(FilePath))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(FilePath));
            var version = document.RootElement.GetProperty("version").GetInt32();
            return version > Version
                ? throw new DeploymentException($"{Paths.Relative(FilePath)} was written by a newer Harbor (version {version} of the file; this Harbor knows up to {Version}). Use that Harbor.")
                : Load(document.RootElement.GetProperty("state"));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new DeploymentException($"{Paths.Relative(FilePath)} is damaged: {e.Message} {Remedy}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DeploymentException($"{Paths.Relative(FilePath)} could not be read: {e.Message}", e);
        }
    }

    /// <exception cref="DeploymentException">It could not be written. The old file is as it was, the message says where the new one is and how to put it back.</exception>
    public void Write(T state)
    {
        var content = Content(state);
        try
        {
            AtomicFile.Write(FilePath, content);
        }
        catch (DeploymentException e)
        {
            var recovery = Path.Combine(Path.GetTempPath(), $"harbor-{Name}-{Guid.NewGuid():N}.json");
            AtomicFile.Write(recovery, content, OwnerOnly);
            throw new DeploymentException($"""
                {e.Message}
                The work is done, but the next run will not know of it. Its state is in {recovery}; when {Paths.State} can be written again, put it back with
                    cp '{recovery.Replace("'", "'\\''")}' '{FilePath.Replace("'", "'\\''")}'
                """, e);
        }
    }

    /// <summary>Nothing to remember any more. Fine where there is no file.</summary>
    public void Delete()
    {
        try
        {
            File.Delete(FilePath);
        }
        catch (DirectoryNotFoundException)
        {
            // Nothing was ever saved.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DeploymentException($"{Paths.Relative(FilePath)} could not be removed: {e.Message}", e);
        }
    }

    private byte[] Content(T state)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", Version);
            writer.WritePropertyName("state");
            Save(writer, state);
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }
}
