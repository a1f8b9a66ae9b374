namespace Harbor.Server;

/// <summary>What the server writes beside its database. Only its owner may enter.</summary>
public sealed class DataFolder
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <exception cref="UsageException">It can't be made.</exception>
    public DataFolder(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        ProvidersFile = In("providers.yaml");
        try
        {
            Directory.CreateDirectory(Path, Private);
            foreach (var folder in new[] { Contexts, Logs, Artifacts, Relays, Temporary })
            {
                Directory.CreateDirectory(folder, Private);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The data folder {Path} can't be made: {error.Message}");
        }
    }

    public string Path { get; }
    public string LockFile => In("server.lock");
    public string WorkerFile => In("worker.id");
    public string SecretKeyFile => In("secret.key");
    public string SettingsFile => In("settings.json");
    public string ProvidersFile { get; init; }
    public string Contexts => In("contexts");
    public string Logs => In("logs");
    public string Artifacts => In("artifacts");

    /// <summary>A folder for each relay, with its sockets.</summary>
    public string Relays => In("relays");

    /// <summary>Emptied at start.</summary>
    public string Temporary => In("tmp");

    public FileStream NewTemporaryFile() => new(
        System.IO.Path.Combine(Temporary, System.IO.Path.GetRandomFileName()),
        new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite
        });

    public void EmptyTemporary()
    {
        foreach (var file in Directory.EnumerateFiles(Temporary))
        {
            File.Delete(file);
        }
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
