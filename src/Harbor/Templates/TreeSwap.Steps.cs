using Harbor.Files;

namespace Harbor.Templates;

public sealed partial class TreeSwap
{
    private const UnixFileMode Folder = Private | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Writes every new file to the disk, where nobody else reads it.</summary>
    private void Stage(RenderedTree tree, IReadOnlyList<int> moves)
    {
        try
        {
            MakeFolder(paths.Run, paths.Run + ".new");
            Directory.CreateDirectory(Staging);
            SetMode(Staging, Private);
            foreach (var move in moves)
            {
                BeforeStep($"stage {move}");
                Write(Path.Combine(Staging, Name(move)), tree.Files[move]);
            }

            DurableDirectory.Flush(Staging);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Attempt("and what was staged could not be removed", RemoveStaging);
            throw new DeploymentException($"{paths.Relative(paths.Run)} could not be written: {e.Message} The files in it are as they were.", e);
        }
    }

    private static void Write(string path, RenderedFile file)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        using var stream = new FileStream(path, options);
        if (!OperatingSystem.IsWindows())
        {
            // The folder is closed to others, so the mode needn't hold from the first byte; and it must not depend on the umask.
            File.SetUnixFileMode(stream.SafeFileHandle, file.Mode);
        }

        stream.Write(file.Content);
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Every step may have been done already by a run that was killed.</summary>
    private void Finish(SwapJournal journal) => Attempt("var/run is partly changed; the next run goes on from here", () =>
    {
        var coming = journal.Moves.Select(move => journal.Manifest.Files[move].Path).ToList();
        foreach (var path in journal.Drops)
        {
            BeforeStep($"drop {path}");
            Drop(path, coming);
        }

        foreach (var move in journal.Moves)
        {
            BeforeStep($"move {move}");
            Move(Path.Combine(Staging, Name(move)), journal.Manifest.Files[move].Path);
        }

        foreach (var folder in journal.Moves.Select(move => journal.Manifest.Files[move].Path).Concat(journal.Drops).SelectMany(Above).Distinct())
        {
            DurableDirectory.Flush(Target(folder)); // Where it went with its last file, only the one above remembers that.
        }

        WriteManifest(journal.Manifest);
        BeforeStep("forget");
        File.Delete(SwapJournal.Location(paths));
        BeforeStep("clean");
        RemoveStaging();
    });

    private static IEnumerable<string> Above(string path)
    {
        for (var folder = Parent(path); folder.Length > 0; folder = Parent(folder))
        {
            yield return folder;
        }

        yield return "";
    }

    /// <param name="coming">Files whose folders stay, though they are empty for a moment: a container that has one mounted would not see it made again.</param>
    private void Drop(string path, List<string> coming)
    {
        RefuseLink(Parent(path));
        if (FileKinds.Of(Target(path)) is FileKind.Regular or FileKind.Link)
        {
            File.Delete(Target(path));
        }

        for (var end = path.LastIndexOf('/'); end > 0; end = path.LastIndexOf('/', end - 1))
        {
            var folder = Target(path[..end]);
            if (coming.Exists(file => file.StartsWith(path[..(end + 1)], StringComparison.Ordinal)))
            {
                return;
            }

            if (FileKinds.Of(folder) == FileKind.Directory)
            {
                if (Directory.EnumerateFileSystemEntries(folder).Any())
                {
                    return;
                }

                Directory.Delete(folder);
            }
        }
    }

    private void Move(string staged, string path)
    {
        if (FileKinds.Of(staged) == FileKind.Missing)
        {
            return;
        }

        RefuseLink(path);
        for (var end = path.IndexOf('/'); end >= 0; end = path.IndexOf('/', end + 1))
        {
            MakeFolder(Target(path[..end]), Path.Combine(Staging, "folder"));
        }

        if (FileKinds.Of(Target(path)) == FileKind.Directory)
        {
            // Only empty folders are left in it: Refuse saw to that.
            Directory.Delete(Target(path), recursive: true);
        }

        File.Move(staged, Target(path), overwrite: true);
    }

    /// <summary>Again, right before the write: a container that has the folder mounted may have put a link there since.</summary>
    private void RefuseLink(string path)
    {
        if (SafePath.FirstLink(paths.Run, path) is { } link)
        {
            throw new DeploymentException($"{paths.Relative(Target(link))} became a symbolic link while Harbor was writing. Remove it and run again.");
        }
    }

    private void WriteManifest(RenderedManifest manifest)
    {
        BeforeStep("manifest");

        // Closed to others: from the hash of a file a weak password in it could be guessed.
        AtomicFile.WriteSecret(RenderedManifest.Location(paths), manifest.Text());
    }

    /// <summary>Made elsewhere and renamed: killed between the two steps, it would have the umask's mode for good.</summary>
    private static void MakeFolder(string path, string elsewhere)
    {
        if (FileKinds.Of(path) != FileKind.Directory)
        {
            Directory.CreateDirectory(elsewhere);
            SetMode(elsewhere, Folder);
            Directory.Move(elsewhere, path);
        }
    }

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }

    private void RemoveStaging()
    {
        if (FileKinds.Of(Staging) == FileKind.Directory)
        {
            Directory.Delete(Staging, recursive: true);
        }
    }

    private static string Name(int move) => move.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
