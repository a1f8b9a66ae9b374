using System.Security.Cryptography;
using Harbor.Files;

namespace Harbor.Templates;

/// <summary>
/// Brings <c>var/run</c> to a rendered tree, whole or not at all: new files are staged beside it, a journal decides, then each file is renamed
/// into place. Files that are as they should be are not touched, files that Harbor did not render are left alone. One at a time: the caller
/// holds the run's lock.
/// </summary>
public sealed partial class TreeSwap(ProjectPaths paths)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>In <c>var/run</c>: a rename does not go from one file system to another.</summary>
    private const string Staging = ".staged";

    /// <summary>Called before each step that changes the disk; tests end the run there.</summary>
    internal Action<string> BeforeStep { get; init; } = _ => { };

    /// <summary>Called with what is about to be changed, before the first write of it.</summary>
    public Action<TreeChanges>? Announce { get; init; }

    /// <summary>Whether the last prepare had this fingerprint and every file is still as it left it.</summary>
    public bool IsCurrent(string fingerprint)
    {
        var manifest = RenderedManifest.Read(paths);
        return manifest.Fingerprint == fingerprint && !File.Exists(SwapJournal.Location(paths)) && manifest.Files.All(IsOnDisk);
    }

    /// <summary>What <see cref="Apply"/> would do. Writes nothing.</summary>
    /// <inheritdoc cref="Apply" path="/exception"/>
    public TreeChanges Compare(RenderedTree tree) => Plan(tree, "").Changes;

    /// <param name="fingerprint">Of the inputs, for <see cref="IsCurrent"/>.</param>
    /// <exception cref="InvalidStackException">Something in <c>var/run</c> stands where a file shall go: a link, a folder with files of others. Nothing was changed.</exception>
    /// <exception cref="DeploymentException">The disk refused. The old files are as they were, or (if the swap was decided on) the next run finishes it.</exception>
    public TreeChanges Apply(RenderedTree tree, string fingerprint)
    {
        Recover();
        var (changes, journal) = Plan(tree, fingerprint);
        if (changes.None)
        {
            if (RenderedManifest.Read(paths).Text() != journal.Manifest.Text())
            {
                WriteManifest(journal.Manifest);
            }

            return changes;
        }

        Announce?.Invoke(changes);
        Stage(tree, journal.Moves);
        BeforeStep("journal");
        AtomicFile.WriteSecret(SwapJournal.Location(paths), journal.Text());
        Finish(journal);
        return changes;
    }

    /// <summary>Finishes a swap that was decided on, and removes what one left that was not. Costs two look-ups where there is nothing to do.</summary>
    public void Recover()
    {
        if (File.Exists(SwapJournal.Location(paths)) && SwapJournal.TryParse(File.ReadAllText(SwapJournal.Location(paths))) is { } journal)
        {
            Finish(journal);
        }
        else
        {
            Attempt("what an interrupted run left in var/run/.staged could not be removed", () =>
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
        var files = tree.Files.Select(file => new ManifestFile(file.Path, file.Service, file.Mode, Convert.ToHexStringLower(SHA256.HashData(file.Content)))).ToList();
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
            .Where(path => !kept.Contains(path) && FileKinds.Of(Target(path)) is FileKind.Regular or FileKind.Link && SafePath.FirstLink(paths.Run, Parent(path)) is null)
            .Order(StringComparer.Ordinal).ToList();
        var journal = new SwapJournal(new(fingerprint, files), moves, drops);
        Attempt($"{paths.Relative(paths.Run)} could not be read", () => Refuse(tree, journal));
        return (new(added, changed, drops), journal);
    }

    private bool IsOnDisk(ManifestFile file)
    {
        var path = Target(file.Path);
        try
        {
            return FileKinds.Of(path) == FileKind.Regular
                && SafePath.FirstLink(paths.Run, file.Path) is null
                && (OperatingSystem.IsWindows() || File.GetUnixFileMode(path) == file.Mode)
                && Hash(path) == file.Hash;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // Somebody took it away between two looks.
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
        return RandomAccess.Read(handle, bytes, 0) == length ? Convert.ToHexStringLower(SHA256.HashData(bytes)) : "";
    }

    /// <summary>Looks at everything that would be in the way, before the first write.</summary>
    private void Refuse(RenderedTree tree, SwapJournal journal)
    {
        var problems = new List<Problem>();
        var drops = journal.Drops.ToHashSet();
        var run = paths.Relative(paths.Run);
        if (SafePath.FirstLink(paths.Root, run) is { } above)
        {
            throw new InvalidStackException([new(above, 0, 0, "is a symbolic link: Harbor writes to real folders of the project only. Remove it.")]);
        }

        foreach (var path in tree.Files.Select(file => file.Path).Concat(journal.Drops))
        {
            if (SafePath.FirstLink(paths.Run, path) is { } link && !drops.Contains(link))
            {
                problems.Add(new($"{run}/{link}", 0, 0, "is a symbolic link where Harbor writes a file. Remove it."));
            }
            else if (!drops.Contains(path))
            {
                problems.AddRange(InTheWay(path, drops).Select(other => new Problem($"{run}/{other}", 0, 0, $"is in the way of {run}/{path}, and Harbor did not make it. Move it away.")));
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
            if (FileKinds.Of(Target(path[..end])) is FileKind.Regular or FileKind.Special && !drops.Contains(path[..end]))
            {
                yield return path[..end];
            }
        }

        switch (FileKinds.Of(Target(path)))
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
            throw new DeploymentException($"{failure}: {e.Message}", e);
        }
    }
}
