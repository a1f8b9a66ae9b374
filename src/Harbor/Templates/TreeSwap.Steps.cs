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
            Attempt("and what was staged could not be removed", RemoveStaging);
            throw new DeploymentException($"{paths.Relative(paths.Run)} could not be written: {e.Message} The files in it are as they were.", e);
        }
    }

    /// <summary>Every step may have been done already by a run that was killed.</summary>
    private void Finish(SwapJournal journal) => Attempt("var/run is partly changed; the next run goes on from here", () =>
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
                changed?.Flush(); // Where it went with its last file, only the one above remembers that.
            }
        }

        WriteManifest(journal.Manifest);
        BeforeStep("forget");
        File.Delete(SwapJournal.Location(paths));
        BeforeStep("clean");
        RemoveStaging();
    });

    /// <param name="coming">Files whose folders stay, though they are empty for a moment: a container that has one mounted would not see it made again.</param>
    private static void Drop(HeldFolder run, string path, List<string> coming)
    {
        using (var folder = run.Enter(Parent(path)))
        {
            folder?.RemoveFile(Path.GetFileName(path));
        }

        foreach (var folder in Above(path).TakeWhile(folder => !coming.Exists(file => file.StartsWith($"{folder}/", StringComparison.Ordinal))))
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
            if (staging?.Has(Name(move)) == true)
            {
                var path = journal.Manifest.Files[move].Path;
                using var folder = run.Enter(Parent(path), Folder, staging);
                folder.Take(staging, Name(move), Path.GetFileName(path));
            }
        }
    }

    /// <summary>The folders a path goes through, the nearest first.</summary>
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

        // Closed to others: from the hash of a file a weak password in it could be guessed.
        AtomicFile.WriteSecret(RenderedManifest.Location(paths), manifest.Text());
    }

    private HeldFolder Hold()
    {
        if (FileKinds.Of(paths.Run) == FileKind.Missing)
        {
            // Renamed, as the folders in it are: killed between the two steps, it would have the umask's mode for good.
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
        if (FileKinds.Of(Path.Combine(paths.Run, Staging)) != FileKind.Missing)
        {
            using var run = Hold();
            run.Remove(Staging);
        }
    }

    private static string Name(int move) => move.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
