using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Harbor.Files;

namespace Harbor.State;

/// <summary>
/// One thing that the next run needs to know, <c>var/state/[name].json</c>: <c>{"version": 1, "state": ...}</c>.
/// Written whole or not at all.
/// It must hold nothing secret.
/// </summary>
/// <param name="Name">Of the file, without extension.</param>
/// <param name="Version">Raise it when an older Harbor would misread the new file.</param>
/// <param name="Remedy">A sentence: what the user does where the file is damaged, and what that costs.</param>
public sealed record StateFile<T>(ProjectPaths Paths, string Name, int Version, JsonTypeInfo<SavedState<T>> Type, string Remedy)
    where T : class
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private string FilePath => Path.Combine(Paths.State, $"{Name}.json");

    /// <summary>Null where nothing was saved.</summary>
    /// <exception cref="HarborException">Damaged, unreadable, or written by a newer Harbor.</exception>
    public T? Read()
    {
        if (!File.Exists(FilePath))
        {
            return null;
        }

        try
        {
            var content = File.ReadAllBytes(FilePath);
            using var document = JsonDocument.Parse(content);
            var version = document.RootElement.GetProperty("version").GetInt32();
            if (version > Version)
            {
                throw new HarborException($"{Paths.Relative(FilePath)} was written by a newer Harbor (version {version} of the file; " +
                    $"this Harbor knows up to {Version}). Use that Harbor.");
            }

            var saved = JsonSerializer.Deserialize(content, Type);
            NullElements.ThrowIfAny(document.RootElement, Type);
            return saved?.State ?? throw new JsonException("'state' is null.");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException or OverflowException)
        {
            throw new HarborException($"{Paths.Relative(FilePath)} is damaged: {e.Message} {Remedy}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HarborException($"{Paths.Relative(FilePath)} could not be read: {e.Message}", e);
        }
    }

    /// <exception cref="HarborException">It could not be written. The old file is as it was, the message says where the new one is and how
    /// to put it back.</exception>
    public void Write(T state)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(new SavedState<T>(Version, state), Type);
        try
        {
            AtomicFile.Write(FilePath, content);
        }
        catch (HarborException e)
        {
            var recovery = Path.Combine(Path.GetTempPath(), $"harbor-{Name}-{Guid.NewGuid():N}.json");
            AtomicFile.Write(recovery, content, OwnerOnly);
            throw new HarborException($"""
                {e.Message}
                The run succeeded, but its state could not be saved. It is in {recovery}.
                When {Paths.State} can be written again, put it back with
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
            throw new HarborException($"{Paths.Relative(FilePath)} could not be removed: {e.Message}", e);
        }
    }
}
