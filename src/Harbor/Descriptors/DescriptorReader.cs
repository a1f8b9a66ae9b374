using Harbor.Descriptors.Reading;
using Harbor.Yaml;

namespace Harbor.Descriptors;

/// <summary>Reads <c>etc/harbor.yaml</c> and every <c>stacks/[service]/harbor.yaml</c>.</summary>
public static class DescriptorReader
{
    private const string FileName = "harbor.yaml";

    /// <summary>A folder with compose files needs no descriptor: <see cref="ComposeProjectDefaults"/>.</summary>
    /// <exception cref="InvalidStackException">Lists the problems of all files, <c>etc/harbor.yaml</c> first.</exception>
    public static Descriptor Read(ProjectPaths paths)
    {
        if (!File.Exists(paths.Descriptor))
        {
            return ComposeProjectDefaults.Find(paths) ?? throw new InvalidStackException([Missing(paths)]);
        }

        var (references, problems) = (new ReferenceList(), new List<Problem>());
        var system = ReadFile(paths, paths.Descriptor, problems, (root, found) =>
            new SystemReader(Path.GetFileName(Path.TrimEndingDirectorySeparator(paths.Root)), found, references).Read(root));
        var files = new List<string> { paths.Relative(paths.Descriptor) };
        var stacks = new Dictionary<string, StackOverride>(StringComparer.Ordinal);
        foreach (var file in Overrides(paths))
        {
            var service = Path.GetFileName(Path.GetDirectoryName(file)!);
            files.Add(paths.Relative(file));
            var stack = ReadFile(paths, file, problems, (root, found) => ReadStack(service, root, found, references));
            stacks[service] = stack ?? new StackOverride(service);
        }

        if (system is not null)
        {
            problems.AddRange(references.Unknown(paths, system));
        }

        return problems.Count == 0
            ? system! with { Stacks = stacks, Files = files }
            : throw new InvalidStackException(
                [.. problems.OrderBy(p => files.IndexOf(p.File!)).ThenBy(p => p.Line == 0).ThenBy(p => p.Line).ThenBy(p => p.Column)]);
    }

    private static Problem Missing(ProjectPaths paths) => new(
        paths.Relative(paths.Descriptor),
        0,
        0,
        $"The file does not exist in {paths.Root}, and no compose.yaml, compose.yml or docker-compose.yml either. Run Harbor in a "
        + "project's folder, name that folder with --working DIR, or create the file. The smallest descriptor is: "
        + "{version: 1, profiles: {default: {services: [web]}}}.");

    private static T? ReadFile<T>(ProjectPaths paths, string path, List<Problem> problems, Func<YamlNode, ProblemList, T?> read)
        where T : class
    {
        var found = new ProblemList();
        try
        {
            var file = paths.Relative(path);
            return read(YamlTree.Parse(YamlText.Read(path, file), file, found), found);
        }
        catch (InvalidStackException e)
        {
            problems.AddRange(e.Problems);
            return null;
        }
        finally
        {
            problems.AddRange(found.All());
        }
    }

    private static StackOverride? ReadStack(string service, YamlNode root, ProblemList problems, ReferenceList references)
    {
        if (Grammar.Name(service) is { } expected)
        {
            problems.Add(root.At, $"The folder name '{Excerpt.Of(service)}' is not a valid service name: expected {expected}.");
        }

        return new StackReader(service, problems, references).Read(root);
    }

    /// <summary>In the ordinal order of their services.</summary>
    private static List<string> Overrides(ProjectPaths paths)
    {
        var files = new List<string>();
        if (Directory.Exists(paths.Stacks))
        {
            foreach (var folder in Directory.GetDirectories(paths.Stacks))
            {
                var file = Path.Combine(folder, FileName);
                if (File.Exists(file))
                {
                    files.Add(file);
                }
            }
        }

        files.Sort(StringComparer.Ordinal);
        return files;
    }
}
