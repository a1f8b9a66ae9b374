using System.IO.Enumeration;
using Harbor.Descriptors;
using Harbor.Planning;
using Harbor.State;

namespace Harbor.Stacks;

/// <summary>
/// The input files and folders of a stack: the usual places, and those that the last Deploy and the descriptor name.
/// </summary>
public static class WatchedPlaces
{
    private const int MaxLinks = 40;

    /// <summary>Harbor writes <c>var</c> and git writes <c>.git</c> all the time.</summary>
    private static readonly string[] Ignored = ["var", ".git"];

    /// <summary>Whether a change of this path can change the stack.</summary>
    public static bool IsInput(ProjectPaths paths, string path) => !Ignored.Contains(paths.Relative(path).Split('/')[0]);

    /// <returns>Absolute paths, each with whether the folders below it are watched too.</returns>
    public static IEnumerable<(string Path, bool Below)> Find(ProjectPaths paths)
    {
        var (root, etc) = (paths.Root, Path.Combine(paths.Root, "etc"));
        yield return (root, Below: false);
        yield return (etc, Below: true);
        yield return (paths.Stacks, Below: true);
        var inputs = Inputs(paths).Select(input => Path.GetFullPath(input, root)).ToList();
        foreach (var target in inputs.Concat(Links(etc)).Concat(Links(paths.Stacks)).SelectMany(Targets)
            .Where(target => IsInput(paths, target)))
        {
            yield return (target, Below: false);
        }

        foreach (var path in inputs.Where(path => IsInput(paths, path)))
        {
            var isFolder = Directory.Exists(path);
            var folder = isFolder ? path : Path.GetDirectoryName(path)!;
            if (isFolder && folder == root)
            {
                // The root itself is not watched recursively, because var/ and .git/ change all the time. A new folder changes the root;
                // after that change it is watched too.
                foreach (var below in Directory.EnumerateDirectories(root).Where(below => IsInput(paths, below)))
                {
                    yield return (below, Below: true);
                }
            }
            else if (folder != root && !IsBelow(folder, etc) && !IsBelow(folder, paths.Stacks))
            {
                yield return (path, Below: isFolder);
            }
        }
    }

    private static IEnumerable<string> Inputs(ProjectPaths paths)
    {
        IEnumerable<string> deployed = (DeployedStack.File(paths).Read()?.Inputs.Keys ?? [])
            .Select(Input.Parse).Where(input => input.IsPath).Select(input => input.Path).Distinct();
        try
        {
            var descriptor = DescriptorReader.Read(paths);
            var sources = descriptor.Stacks.Values.SelectMany(stack => stack.Sources).Concat(descriptor.Prepare.Sources);
            return [.. deployed, descriptor.Source.Directory, .. sources.Select(source => source.File).OfType<string>()];
        }
        catch (InvalidStackException)
        {
            return deployed; // Deploy has reported the problem.
        }
    }

    private static List<string> Links(string folder)
    {
        try
        {
            return
            [
                .. new FileSystemEnumerable<string>(
                    folder,
                    (ref FileSystemEntry entry) => entry.ToFullPath(),
                    new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
                {
                    ShouldIncludePredicate = (ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) != 0,
                    ShouldRecursePredicate = (ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0,
                },
            ];
        }
        catch (IOException)
        {
            return []; // The folder was removed. A new one in its place is a change that is seen.
        }
    }

    /// <summary>The targets of a chain of links; empty for a path that is not a link.</summary>
    private static IEnumerable<string> Targets(string path)
    {
        for (var step = 0; step < MaxLinks && new FileInfo(path).LinkTarget is { } target; step++)
        {
            path = Path.GetFullPath(target, Path.GetDirectoryName(path)!);
            yield return path;
        }
    }

    private static bool IsBelow(string path, string folder) =>
        path == folder || path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
