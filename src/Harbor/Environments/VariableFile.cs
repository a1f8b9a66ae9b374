using System.Text;
using Harbor.Files;

namespace Harbor.Environments;

/// <summary>The file of a layer that a command changes.</summary>
/// <param name="File">Relative to the project root, or absolute.</param>
/// <param name="IsSecret">Whether its values are never shown.</param>
public sealed record VariableFile(ProjectPaths Paths, string File, bool IsSecret)
{
    private const UnixFileMode Readable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private string FullPath => Path.GetFullPath(File, Paths.Root);

    /// <summary>
    /// The file that sets a variable for the whole stack: the file of secrets that has it already, else the uppermost file of the layer
    /// dotenv that has it, else the last of that layer.
    /// </summary>
    /// <exception cref="InvalidStackException">An encrypted file has it, or there is no layer dotenv.</exception>
    public static VariableFile ForAll(ProjectPaths paths, IReadOnlyList<EnvironmentSource> sources, string name)
    {
        var shared = sources.Where(source => source.Service is null && source.File is not null).ToList();
        return Secret(paths, shared, name) ?? Of(paths, shared.FindAll(source => source.Kind == LayerKind.Dotenv), name)
            ?? throw new InvalidStackException(
                $"No layer of the environment is a file for {name}: add {{ type: dotenv, file: .env.local, optional: true }} to "
                + "prepare.env.sources in etc/harbor.yaml.");
    }

    /// <summary>The file that sets a variable for one service.</summary>
    /// <exception cref="InvalidStackException">No layer has a file for the service.</exception>
    public static VariableFile ForService(ProjectPaths paths, IReadOnlyList<EnvironmentSource> sources, string service, string name)
    {
        var own = sources.Where(source => source.Service == service && source.File is not null).ToList();
        var beside = sources.Where(source => source is { Kind: LayerKind.Service, Directory: not null, Pattern: not null }
                && source.Service is null && !source.Pattern.AsSpan().ContainsAny('*', '?'))
            .Select(source => source with { File = $"{source.Directory!.TrimEnd('/')}/{service}/{source.Pattern}" }).ToList();
        return Secret(paths, own, name)
            ?? Of(paths, [.. beside, .. own.Where(source => source.Kind is not (LayerKind.Secrets or LayerKind.Sops))], name)
            ?? throw new InvalidStackException($"No layer of the environment has a file of its own for the service {service}.");
    }

    /// <summary>Sets a variable.</summary>
    /// <returns>The line that sets it.</returns>
    public int Set(string name, string value)
    {
        if (VariableNames.Refusal(name) is { } refusal)
        {
            throw new InvalidStackException(refusal);
        }

        var (text, line) = DotenvEdit.Set(Read(), File, name, value);
        Write(text);
        return line;
    }

    /// <returns>The lines that had set it; none if none had.</returns>
    public IReadOnlyList<int> Unset(string name)
    {
        var (text, lines) = DotenvEdit.Unset(Read(), File, name);
        if (lines.Count > 0)
        {
            Write(text);
        }

        return lines;
    }

    private static VariableFile? Secret(ProjectPaths paths, List<EnvironmentSource> sources, string name)
    {
        foreach (var source in sources.Where(source => source.Kind == LayerKind.Sops && Exists(paths, source.File!)))
        {
            if (SopsVariables.ReadNames(BoundedFile.Read(Path.GetFullPath(source.File!, paths.Root), Secrets.Sops.SopsStore.MaxBytes),
                source.File!).Any(entry => entry.Name == name))
            {
                throw new InvalidStackException(
                    $"{name} is in the encrypted file {source.File}: type secrets set --file={source.File} --key={name}");
            }
        }

        return sources.LastOrDefault(source => source.Kind == LayerKind.Secrets && Has(paths, source.File!, name)) is { } found
            ? new VariableFile(paths, found.File!, IsSecret: true) : null;
    }

    private static VariableFile? Of(ProjectPaths paths, List<EnvironmentSource> sources, string name) =>
        (sources.LastOrDefault(source => Has(paths, source.File!, name)) ?? (sources.Count > 0 ? sources[^1] : null)) is { } found
            ? new VariableFile(paths, found.File!, IsSecret: false) : null;

    private static bool Has(ProjectPaths paths, string file, string name) =>
        Exists(paths, file) && DotenvFile.Parse(new VariableFile(paths, file, IsSecret: false).Read(), file).Entries
            .Any(entry => entry.Name == name);

    private static bool Exists(ProjectPaths paths, string file) => System.IO.File.Exists(Path.GetFullPath(file, paths.Root));

    private string Read()
    {
        try
        {
            return System.IO.File.Exists(FullPath) ? StrictUtf8.GetString(BoundedFile.Read(FullPath, DotenvFile.MaxBytes)) : "";
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidStackException([new Problem(File, 0, 0, "is not UTF-8.")]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidStackException([new Problem(File, 0, 0, $"can't be read: {e.Message}")]);
        }
    }

    /// <summary>Keeps the mode, and a link that the file is.</summary>
    private void Write(string text)
    {
        var path = FullPath;
        path = FileKinds.Read(path) == FileKind.Link ? FileKinds.LinkEnd(path) ?? path : path;
        var exists = System.IO.File.Exists(path);
        if (exists && new FileInfo(path).IsReadOnly)
        {
            throw new HarborException($"{File} is read-only; it is unchanged. Type: chmod u+w {File}");
        }

        var mode = IsSecret ? UnixFileMode.UserRead | UnixFileMode.UserWrite
            : exists && !OperatingSystem.IsWindows() ? System.IO.File.GetUnixFileMode(path) : Readable;
        AtomicFile.Write(path, text, mode);
    }
}
