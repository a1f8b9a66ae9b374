using Harbor.Compose;
using Harbor.Files;

namespace Harbor.Planning;

/// <summary>
/// A project as Compose will read it once Prepare has written its files: env files that are not written yet are kept in memory (tmpfs,
/// for the owner only), with copies of the compose files that name them there.
/// </summary>
public sealed class ComposePreview : IDisposable
{
    private readonly PrivateFolder? _folder;

    private ComposePreview(ComposeProject project, PrivateFolder? folder) => (Project, _folder) = (project, folder);

    /// <summary>The same project, with the copies in place of the files.</summary>
    public ComposeProject Project { get; }

    /// <param name="name">How messages show an absolute path.</param>
    /// <param name="environment">Where a tmpfs is looked for.</param>
    /// <exception cref="HarborException">What would be written is named where Harbor can't name another in its place.</exception>
    public static ComposePreview Create(ComposeProject project, ComposeInputs inputs, PendingFiles pending,
        Func<string, string> name, IReadOnlyDictionary<string, string> environment)
    {
        var coming = inputs.Paths.Where(path => pending.Find(path) is not null || pending.Removes(path)).Distinct().ToList();
        if (coming.Count == 0)
        {
            return new(project, null);
        }

        var named = inputs.EnvFiles.Where(file => coming.Contains(file.Path)).ToList();
        var own = project.Files.Select(file => Path.GetFullPath(file, project.Directory)).ToList();
        var unknown = coming.Except(named.Select(file => file.Path))
            .Concat(named.Where(file => !file.IsPlain || !own.Contains(file.ComposeFile)).Select(file => file.Path)).FirstOrDefault();
        if (unknown is not null || PrivateFolder.TryCreate(environment) is not { } folder)
        {
            throw new HarborException(
                $"{name(unknown ?? coming[0])} would be rendered, and Compose reads it: the plan needs the file. Type --target=Prepare, " +
                $"then --target=Plan.");
        }

        try
        {
            var staged = coming.Index().ToDictionary(file => file.Item, file => pending.Find(file.Item) is { } written
                ? folder.Write($"env{file.Index}-{Path.GetFileName(file.Item)}", written.Content)
                : $"{file.Item} (which Prepare would remove)"); // There is no such file: Compose's message will show this name.
            var files = own.Select((file, i) => named.Exists(one => one.ComposeFile == file)
                ? folder.Write($"compose{i}-{Path.GetFileName(file)}", Copy(file, named, staged))
                : file);
            return new(project with { Files = [.. files] }, folder);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    public void Dispose() => _folder?.Dispose();

    /// <summary>Lines stay lines: Compose's messages name them.</summary>
    private static byte[] Copy(string composeFile, List<EnvFileName> named, Dictionary<string, string> staged)
    {
        var text = File.ReadAllText(composeFile);
        foreach (var file in named.Where(file => file.ComposeFile == composeFile).OrderByDescending(file => file.Start))
        {
            var name = staged[file.Path].Replace("'", "''", StringComparison.Ordinal).Replace("$", "$$", StringComparison.Ordinal);
            text = $"{text[..file.Start]}{file.Anchor}'{name}'{text[file.End..]}";
        }

        return System.Text.Encoding.UTF8.GetBytes(text);
    }
}
