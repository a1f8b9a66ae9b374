using System.CommandLine;
using System.IO.Compression;
using Microsoft.Data.Sqlite;

namespace Harbor.Server.Commands;

/// <summary>
/// <c>server backup</c> and <c>server restore</c>: the SQLite database (a consistent copy, also while the server runs), the key of the
/// stored variables, contexts and artifacts. PostgreSQL has pg_dump; then only the folder is saved.
/// </summary>
internal static class BackupCommands
{
    private static readonly string[] Files = ["secret.key", "worker.id", "settings.json"];
    private static readonly string[] Folders = ["contexts", "artifacts", "logs"];

    public static Command Backup()
    {
        var to = new Option<string>("--to") { Description = "New file, readable by its owner only", HelpName = "FILE", Required = true };
        var command = new Command("backup", "Saves database, keys, contexts, logs and artifacts in one file; the server may run.")
        {
            to,
        };
        command.SetAction((given, ct) => BackupAsync(
            given.GetRequiredValue(PlaceOptions.Data), given.GetRequiredValue(to), given.InvocationConfiguration.Output, ct));
        return command;
    }

    public static Command Restore()
    {
        var from = new Option<string>("--from") { Description = "What backup has written", HelpName = "FILE", Required = true };
        var command = new Command("restore", "Restores a back-up into an empty or new folder.") { from };
        command.SetAction((given, ct) => RestoreAsync(
            given.GetRequiredValue(from), given.GetRequiredValue(PlaceOptions.Data), given.InvocationConfiguration.Output, ct));
        return command;
    }

    private static async Task<int> BackupAsync(string from, string to, TextWriter output, CancellationToken ct)
    {
        var data = Existing(from);
        var target = Path.GetFullPath(to);
        if (File.Exists(target))
        {
            throw new UsageException($"{target} exists already.");
        }

        var fresh = $"{target}.{Path.GetRandomFileName()}";
        try
        {
            await using (var stream = new FileStream(fresh, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite, // It holds the key.
            }))
            await using (var zip = await ZipArchive.CreateAsync(stream, ZipArchiveMode.Create, leaveOpen: true, null, ct))
            {
                await AddDatabaseAsync(data, zip, ct);
                foreach (var name in Files.Where(name => File.Exists(Path.Combine(data.Path, name))))
                {
                    await zip.CreateEntryFromFileAsync(Path.Combine(data.Path, name), name, ct);
                }

                foreach (var file in Folders.SelectMany(
                    name => Directory.EnumerateFiles(Path.Combine(data.Path, name), "*", SearchOption.AllDirectories)))
                {
                    await zip.CreateEntryFromFileAsync(file, Path.GetRelativePath(data.Path, file), CompressionLevel.Fastest, ct);
                }
            }

            File.Move(fresh, target);
        }
        finally
        {
            File.Delete(fresh);
        }

        await output.WriteLineAsync($"Saved {data.Path} in {target}.");
        return 0;
    }

    /// <summary>Into an empty or new folder only: nothing is written over.</summary>
    private static async Task<int> RestoreAsync(string source, string to, TextWriter output, CancellationToken ct)
    {
        var folder = Path.GetFullPath(to);
        if (!File.Exists(source))
        {
            throw new UsageException($"There is no {source}.");
        }

        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new UsageException($"{folder} is not empty. Move it away, or give another --data folder.");
        }

        var data = new DataFolder(folder);
        try
        {
            await ZipFile.ExtractToDirectoryAsync(source, data.Path, overwriteFiles: false, ct);
        }
        catch (InvalidDataException error)
        {
            throw new UsageException($"{source} is no back-up: {error.Message}");
        }

        foreach (var file in Files.Select(name => Path.Combine(data.Path, name)).Where(File.Exists))
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        await output.WriteLineAsync($"Restored {source} in {data.Path}.");
        return 0;
    }

    private static DataFolder Existing(string path)
    {
        var folder = Path.GetFullPath(path);
        return Directory.Exists(folder) ? new DataFolder(folder) : throw new UsageException($"There is no data folder {folder}.");
    }

    private static async Task AddDatabaseAsync(DataFolder data, ZipArchive zip, CancellationToken ct)
    {
        var file = Path.Combine(data.Path, "harbor.db");
        if (!File.Exists(file))
        {
            return;
        }

        var copy = Path.Combine(data.Temporary, Path.GetRandomFileName());
        try
        {
            await using (var from = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=false"))
            await using (var to = new SqliteConnection($"Data Source={copy};Pooling=false"))
            {
                await from.OpenAsync(ct);
                await to.OpenAsync(ct);
                from.BackupDatabase(to);
            }

            await zip.CreateEntryFromFileAsync(copy, "harbor.db", CompressionLevel.Fastest, ct);
        }
        finally
        {
            File.Delete(copy);
        }
    }
}
