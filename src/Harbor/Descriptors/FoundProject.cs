using Harbor.Files;
using Harbor.Selection;

namespace Harbor.Descriptors;

/// <summary>The project that a command works on, which is typed somewhere inside of it.</summary>
/// <param name="File">What makes the folder a project, relative to it.</param>
public sealed record FoundProject(string Root, string File)
{
    /// <summary>
    /// Looks upwards from a folder, to the root of its git repository: for <c>etc/harbor.yaml</c>, then for a <c>harbor.yaml</c> that is
    /// not the override of a stack, then for a file that Compose would read. Null if none of them is there.
    /// </summary>
    public static FoundProject? From(string folder)
    {
        var folders = Upwards(folder);
        return First(folders, _ => [Path.Combine("etc", "harbor.yaml")])
            ?? First(folders, at => IsStack(at) ? [] : ["harbor.yaml"])
            ?? First(folders, ComposeFolder.DefaultsIn);
    }

    private static FoundProject? First(List<string> folders, Func<string, IReadOnlyList<string>> names)
    {
        foreach (var folder in folders)
        {
            foreach (var name in names(folder))
            {
                if (System.IO.File.Exists(Path.Combine(folder, name)))
                {
                    return new FoundProject(folder, name.Replace('\\', '/'));
                }
            }
        }

        return null;
    }

    private static bool IsStack(string folder) => Path.GetFileName(Path.GetDirectoryName(folder)) == "stacks";

    /// <summary>
    /// The folder itself, and those above it that only their owner can write and that belong to the same user or to root: what others can
    /// put into /tmp is nobody's project.
    /// </summary>
    private static List<string> Upwards(string start)
    {
        var folders = new List<string> { Path.GetFullPath(start) };
        var user = Owner(folders[0])?.User;
        while (!IsGitRoot(folders[^1]) && Path.GetDirectoryName(folders[^1]) is { } above && Path.GetDirectoryName(above) is not null
            && IsTrusted(above, user))
        {
            folders.Add(above);
        }

        return folders;
    }

    private static bool IsGitRoot(string folder) => Path.Exists(Path.Combine(folder, ".git"));

    private static bool IsTrusted(string folder, uint? user) => OperatingSystem.IsWindows()
        || (Owner(folder) is { } owner && (owner.User == user || owner.User == 0)
            && (owner.Mode & (int)UnixFileMode.OtherWrite) == 0);

    private static FileStatus? Owner(string folder) => OperatingSystem.IsWindows() ? null : FileStatus.Read(folder);
}
