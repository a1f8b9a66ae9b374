using System.Text;
using Harbor.Files;
using Harbor.Processes;

namespace Harbor.Environments;

/// <summary>Keeps a file of secrets that Harbor made out of git.</summary>
internal static class SecretsFileInGit
{
    private const int NotIgnored = 1;

    /// <summary>Adds the files that git would commit to the project's .gitignore.</summary>
    /// <param name="files">Relative to the root.</param>
    /// <returns>Those that were added.</returns>
    public static IReadOnlyList<string> Ignore(RunScope scope, ProjectPaths paths, IEnumerable<string> files)
    {
        var added = files.Where(file => !Path.IsPathRooted(file) && WouldCommit(scope, paths, file)).Distinct().ToList();
        if (added.Count > 0)
        {
            var list = Path.Combine(paths.Root, ".gitignore");
            var text = File.Exists(list) ? File.ReadAllText(list) : "";
            var separator = text.Length > 0 && !text.EndsWith('\n') ? "\n" : "";
            AtomicFile.Write(
                list, Encoding.UTF8.GetBytes(text + separator + string.Concat(added.Select(file => $"/{file}\n"))),
                File.Exists(list) && !OperatingSystem.IsWindows() ? File.GetUnixFileMode(list)
                    : UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }

        return added;
    }

    /// <summary>False where there is no repository, or no git.</summary>
    private static bool WouldCommit(RunScope scope, ProjectPaths paths, string file)
    {
        try
        {
            var asked = scope.Command("git", "-c", "core.fsmonitor=false", "check-ignore", "--quiet", "--", file) with
            {
                WorkingDirectory = paths.Root,
            };
            return asked.TryRunAsync(CancellationToken.None).GetAwaiter().GetResult().ExitCode == NotIgnored;
        }
        catch (CommandFailedException)
        {
            return false;
        }
    }
}
