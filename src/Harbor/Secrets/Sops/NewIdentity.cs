using Harbor.Files;
using Harbor.Secrets.Age;

namespace Harbor.Secrets.Sops;

/// <summary>Makes the pair of keys that a person or a machine needs once.</summary>
public static class NewIdentity
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes a new private key (0600), in the form of age-keygen.</summary>
    /// <param name="file">Null: where it is looked for, <see cref="IdentitySources.KeysFile"/>.</param>
    /// <returns>The file, and the public key.</returns>
    /// <exception cref="InvalidStackException">There is a file already: it is never written over, nor added to.</exception>
    public static (string Path, string Recipient) Write(ProjectPaths paths, string? file, IReadOnlyDictionary<string, string> environment, TimeProvider time)
    {
        var path = file is not null ? Path.GetFullPath(file, paths.Root)
            : IdentitySources.KeysFile(environment) ?? throw new InvalidStackException("HOME is not set: say with --file where the key is to be written.");
        if (FileKinds.Of(path) != FileKind.Missing)
        {
            throw new InvalidStackException($"{path} is there already, and a key is never written over. To have another one, say with --file where.");
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
            stream.Write(System.Text.Encoding.ASCII.GetBytes($"# created: {GoTime.Of(time.GetUtcNow())}\n# public key: {identity.Recipient}\n{identity.Export()}\n"));
            stream.Flush();
            Disk.Flush(stream.SafeFileHandle, path);
            return (path, identity.Recipient.ToString());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DeploymentException($"{path} could not be written: {e.Message}", e);
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
