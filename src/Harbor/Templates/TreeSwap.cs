using Harbor.Files;
using Harbor.Hashing;

namespace Harbor.Templates;

/// <summary>
/// Changes <c>var/run</c> to a rendered tree, completely or not at all: new files are staged, a journal is written, then each file is
/// renamed into place. Unchanged files, and files that Harbor did not render, are not touched. The caller must hold the run's lock.
/// </summary>
public sealed partial class TreeSwap(ProjectPaths paths)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The staging folder is inside <c>var/run</c>, because a rename can't cross file systems.</summary>
    private const string Staging = ".staged";

    /// <summary>Called before each step that changes the disk. Tests interrupt the run here.</summary>
    internal Action<string> BeforeStep { get; init; } = _ => { };

    /// <summary>Called before the first change.</summary>
    public Action<TreeChanges>? Announce { get; init; }

    /// <summary>Whether the last prepare had this fingerprint and no file changed since.</summary>
    public bool IsCurrent(string fingerprint)
    {
        var manifest = RenderedManifest.Read(paths);
        return manifest.Fingerprint == fingerprint && !File.Exists(SwapJournal.Location(paths)) && manifest.Files.All(IsOnDisk);
    }

    /// <summary>The changes that <see cref="Apply"/> would make. Writes nothing.</summary>
    /// <inheritdoc cref="Apply" path="/exception"/>
    public TreeChanges Compare(RenderedTree tree) => Plan(tree, "").Changes;

    /// <param name="fingerprint">The inputs' fingerprint, for <see cref="IsCurrent"/>.</param>
    /// <exception cref="InvalidStackException">A link, or a folder with other files, blocks the place of a file. Nothing was
    /// changed.</exception>
    /// <exception cref="HarborException">A write failed. Either nothing was changed, or the journal exists and the next run finishes the
    /// swap.</exception>
    public TreeChanges Apply(RenderedTree tree, string fingerprint)
    {
        Recover();
        var (changes, journal) = Plan(tree, fingerprint);
        if (changes.None)
        {
            if (RenderedManifest.Read(paths).Format() != journal.Manifest.Format())
            {
                WriteManifest(journal.Manifest);
            }

            return changes;
        }

        Announce?.Invoke(changes);
        Stage(tree, journal.Moves);
        BeforeStep("journal");
        AtomicFile.WriteSecret(SwapJournal.Location(paths), journal.Format());
        Finish(journal);
        return changes;
    }

    /// <summary>
    /// Finishes a swap that has a journal, and removes the staged files of one that has none. Without either, it costs two look-ups.
    /// </summary>
    public void Recover()
    {
        if (File.Exists(SwapJournal.Location(paths)) && SwapJournal.TryParse(File.ReadAllText(SwapJournal.Location(paths))) is { } journal)
        {
            Finish(journal);
        }
        else
        {
            Attempt("the rest of an interrupted run in var/run/.staged could not be removed", () =>
            {
                if (File.Exists(SwapJournal.Location(paths)))
                {
                    File.Delete(SwapJournal.Location(paths));
                }

                RemoveStaging();
            });
        }
    }

    private (TreeChanges Changes, SwapJournal Journal) Plan(RenderedTree tree, string fingerprint)
    {
        var (added, changed, moves) = (new List<string>(), new List<string>(), new List<int>());
        var files = tree.Files.Select(
            file => new ManifestFile(file.Path, file.Service, file.Mode, Convert.ToHexStringLower(Sha256.Hash(file.Content)))).ToList();
        for (var i = 0; i < files.Count; i++)
        {
            if (!IsOnDisk(files[i]))
            {
                moves.Add(i);
                (File.Exists(Target(files[i].Path)) ? changed : added).Add(files[i].Path);
            }
        }

        var kept = files.Select(file => file.Path).ToHashSet();
        var drops = RenderedManifest.Read(paths).Files.Select(file => file.Path)
            .Where(path => !kept.Contains(path) && FileKinds.Read(Target(path)) is FileKind.Regular or FileKind.Link
                && SafePath.FirstLink(paths.Run, Parent(path)) is null)
            .Order(StringComparer.Ordinal).ToList();
        var journal = new SwapJournal(new(fingerprint, files), moves, drops);
        Attempt($"{paths.Relative(paths.Run)} could not be read", () => ThrowIfUnsafe(tree, journal));
        return (new(added, changed, drops), journal);
    }

    private bool IsOnDisk(ManifestFile file)
    {
        var path = Target(file.Path);
        try
        {
            return FileKinds.Read(path) == FileKind.Regular
                && SafePath.FirstLink(paths.Run, file.Path) is null
                && (OperatingSystem.IsWindows() || File.GetUnixFileMode(path) == file.Mode)
                && Hash(path) == file.Hash;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // The file was deleted in between.
        }
    }

    private static string Hash(string path)
    {
        using var handle = File.OpenHandle(path);
        var length = RandomAccess.GetLength(handle);
        if (length > TemplateLimits.OutputChars * 4L)
        {
            return "";
        }

        var bytes = new byte[length];
        return RandomAccess.Read(handle, bytes, 0) == length ? Convert.ToHexStringLower(Sha256.Hash(bytes)) : "";
    }

    /// <summary>Checks everything that could block a file, before the first write.</summary>
    private void ThrowIfUnsafe(RenderedTree tree, SwapJournal journal)
    {
        var problems = new List<Problem>();
        var drops = journal.Drops.ToHashSet();
        var run = paths.Relative(paths.Run);
        if (SafePath.FirstLink(paths.Root, run) is { } above)
        {
            throw new InvalidStackException(
                [new(above, 0, 0, "is a symbolic link, but Harbor writes only to real folders of the project. Remove it.")]);
        }

        foreach (var path in tree.Files.Select(file => file.Path).Concat(journal.Drops))
        {
            if (SafePath.FirstLink(paths.Run, path) is { } link && !drops.Contains(link))
            {
                problems.Add(new($"{run}/{link}", 0, 0, "is a symbolic link in the place of a file that Harbor writes. Remove it."));
            }
            else if (!drops.Contains(path))
            {
                problems.AddRange(
                    InTheWay(path, drops)
                    .Select(other => new Problem(
                    $"{run}/{other}", 0, 0, $"blocks {run}/{path}, and Harbor did not create it. Move it away.")));
            }
        }

        if (problems.Count > 0)
        {
            throw new InvalidStackException([.. problems.Distinct()]);
        }
    }

    private IEnumerable<string> InTheWay(string path, HashSet<string> drops)
    {
        for (var end = path.IndexOf('/'); end >= 0; end = path.IndexOf('/', end + 1))
        {
            if (FileKinds.Read(Target(path[..end])) is FileKind.Regular or FileKind.Special && !drops.Contains(path[..end]))
            {
                yield return path[..end];
            }
        }

        switch (FileKinds.Read(Target(path)))
        {
            case FileKind.Special:
                yield return path;
                break;
            case FileKind.Directory:
                foreach (var file in Directory.EnumerateFiles(Target(path), "*", SearchOption.AllDirectories))
                {
                    if (Path.GetRelativePath(paths.Run, file).Replace('\\', '/') is var other && !drops.Contains(other))
                    {
                        yield return other;
                    }
                }

                break;
        }
    }

    private string Target(string path) => Path.Combine(paths.Run, path);

    private static string Parent(string path) => path.LastIndexOf('/') is > 0 and var end ? path[..end] : "";

    private static void Attempt(string failure, Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HarborException($"{failure}: {e.Message}", e);
        }
    }
}
