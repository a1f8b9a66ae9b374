using Harbor.Files;
using Harbor.Secrets.Age;

namespace Harbor.Secrets.Sops;

/// <summary>Makes a new age key pair for a person or a machine.</summary>
public static class NewIdentity
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes a new private key with mode 0600 in the format of age-keygen.</summary>
    /// <param name="file">Null means <see cref="IdentitySources.KeysFile"/>.</param>
    /// <returns>The file and the public key.</returns>
    /// <exception cref="InvalidStackException">The file exists. Keys are never overwritten or added to.</exception>
    public static (string Path, string Recipient) Write(
        ProjectPaths paths, string? file, IReadOnlyDictionary<string, string> environment, TimeProvider time)
    {
        var path = file is not null ? Path.GetFullPath(file, paths.Root)
            : IdentitySources.KeysFile(environment)
                ?? throw new InvalidStackException("HOME is not set, so --file=PATH is required for the new key.");
        if (FileKinds.Read(path) != FileKind.Missing)
        {
            throw new InvalidStackException(
                $"{path} already exists, and keys are never overwritten. To make another key, name its file with --file.");
        }

        using var identity = AgeIdentity.Generate();
        try
        {
            Folder(Path.GetDirectoryName(path)!);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }

            using var stream = new FileStream(path, options);
            stream.Write(
                System.Text.Encoding.ASCII.GetBytes(
                $"# created: {GoTime.Format(time.GetUtcNow())}\n# public key: {identity.Recipient}\n{identity.Export()}\n"));
            stream.Flush();
            Disk.Flush(stream.SafeFileHandle, path);
            return (path, identity.Recipient.ToString());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HarborException($"{path} could not be written: {e.Message}", e);
        }
    }

    private static void Folder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        }
    }
}
