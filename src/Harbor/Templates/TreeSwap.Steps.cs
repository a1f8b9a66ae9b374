using Harbor.Files;

namespace Harbor.Templates;

public sealed partial class TreeSwap
{
    private const UnixFileMode Folder =
        Private | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Writes every new file to the staging folder.</summary>
    private void Stage(RenderedTree tree, IReadOnlyList<int> moves)
    {
        try
        {
            using var run = Hold();
            using var staging = run.Create(Staging, Private);
            foreach (var move in moves)
            {
                BeforeStep($"stage {move}");
                staging.Write(Name(move), tree.Files[move].Content, tree.Files[move].Mode);
            }

            staging.Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Attempt("the staging folder could not be removed", RemoveStaging);
            throw new HarborException(
                $"{paths.Relative(paths.Run)} could not be written: {e.Message} No file in it was changed.", e);
        }
    }

    /// <summary>Repeatable: a killed run may have done some of the steps.</summary>
    private void Finish(SwapJournal journal) => Attempt("var/run is partly changed; the next run finishes the change", () =>
    {
        using (var run = Hold())
        {
            var coming = journal.Moves.Select(move => journal.Manifest.Files[move].Path).ToList();
            foreach (var path in journal.Drops)
            {
                BeforeStep($"drop {path}");
                Drop(run, path, coming);
            }

            Move(run, journal);
            foreach (var folder in coming.Concat(journal.Drops).SelectMany(Above).Append("").Distinct())
            {
                using var changed = run.Enter(folder);
                changed?.Flush(); // If the folder was deleted with its last file, only the folder above has to be flushed.
            }
        }

        WriteManifest(journal.Manifest);
        BeforeStep("forget");
        File.Delete(SwapJournal.Location(paths));
        BeforeStep("clean");
        RemoveStaging();
    });

    /// <param name="coming">Files that follow. Their folders are kept even while they are empty, because a container that mounts a folder
    /// would not see a new folder of the same name.</param>
    private static void Drop(HeldFolder run, string path, List<string> coming)
    {
        using (var folder = run.Enter(Parent(path)))
        {
            folder?.RemoveFile(Path.GetFileName(path));
        }

        foreach (var folder in Above(path)
            .TakeWhile(folder => !coming.Exists(file => file.StartsWith($"{folder}/", StringComparison.Ordinal))))
        {
            using var above = run.Enter(Parent(folder));
            if (above?.RemoveIfEmpty(Path.GetFileName(folder)) == false)
            {
                return;
            }
        }
    }

    private void Move(HeldFolder run, SwapJournal journal)
    {
        using var staging = run.Enter(Staging);
        foreach (var move in journal.Moves)
        {
            BeforeStep($"move {move}");
            if (staging?.HasFile(Name(move)) == true)
            {
                var path = journal.Manifest.Files[move].Path;
                using var folder = run.Enter(Parent(path), Folder, staging);
                folder.MoveFrom(staging, Name(move), Path.GetFileName(path));
            }
        }
    }

    /// <summary>The folders above a path, the nearest first.</summary>
    private static IEnumerable<string> Above(string path)
    {
        for (var folder = Parent(path); folder.Length > 0; folder = Parent(folder))
        {
            yield return folder;
        }
    }

    private void WriteManifest(RenderedManifest manifest)
    {
        BeforeStep("manifest");

        // Readable only by the user, because a weak password in a file could be guessed from the file's hash.
        AtomicFile.WriteSecret(RenderedManifest.Location(paths), manifest.Format());
    }

    private HeldFolder Hold()
    {
        if (FileKinds.Read(paths.Run) == FileKind.Missing)
        {
            // Created under another name and renamed. Otherwise a run that is killed in between would leave the umask's mode.
            var elsewhere = paths.Run + ".new";
            Directory.CreateDirectory(elsewhere);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(elsewhere, Folder);
            }

            Directory.Move(elsewhere, paths.Run);
        }

        return HeldFolder.Open(paths.Run, paths.Relative(paths.Run));
    }

    private void RemoveStaging()
    {
        if (FileKinds.Read(Path.Combine(paths.Run, Staging)) != FileKind.Missing)
        {
            using var run = Hold();
            run.Remove(Staging);
        }
    }

    private static string Name(int move) => move.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
