using Harbor.Descriptors.Reading;
using Harbor.Descriptors.Yaml;

namespace Harbor.Descriptors;

/// <summary>Reads <c>etc/harbor.yaml</c> and the <c>stacks/[service]/harbor.yaml</c> beside it.</summary>
public static class DescriptorReader
{
    private const string FileName = "harbor.yaml";

    /// <exception cref="InvalidStackException">With all problems of all files, the system's first.</exception>
    public static Descriptor Read(ProjectPaths paths)
    {
        if (!File.Exists(paths.Descriptor))
        {
            throw new InvalidStackException([new Problem(paths.Relative(paths.Descriptor), 0, 0,
                $"There is no such file in {paths.Root}. Run Harbor in the folder of a project, name one with --working DIR, or write "
                + "the smallest descriptor there is: {version: 1, profiles: {default: {services: [web]}}}.")]);
        }

        var (references, problems) = (new ReferenceList(), new List<Problem>());
        var system = One(paths, paths.Descriptor, problems, (root, found) =>
            new SystemReader(Path.GetFileName(Path.TrimEndingDirectorySeparator(paths.Root)), found, references).Read(root));
        var files = new List<string> { paths.Relative(paths.Descriptor) };
        var stacks = new Dictionary<string, StackOverride>(StringComparer.Ordinal);
        foreach (var file in Overrides(paths))
        {
            var service = Path.GetFileName(Path.GetDirectoryName(file)!);
            files.Add(paths.Relative(file));
            var stack = One(paths, file, problems, (root, found) => StackOf(service, root, found, references));
            stacks[service] = stack ?? new StackOverride(service);
        }

        if (system is not null)
        {
            problems.AddRange(references.Unknown(paths, system));
        }

        return problems.Count == 0
            ? system! with { Stacks = stacks, Files = files }
            : throw new InvalidStackException([.. problems.OrderBy(p => files.IndexOf(p.File!)).ThenBy(p => p.Line == 0).ThenBy(p => p.Line).ThenBy(p => p.Column)]);
    }

    private static T? One<T>(ProjectPaths paths, string path, List<Problem> problems, Func<YamlNode, ProblemList, T?> read)
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

    private static StackOverride? StackOf(string service, YamlNode root, ProblemList problems, ReferenceList references)
    {
        if (Grammar.Name(service) is { } expected)
        {
            problems.Add(root.At, $"The folder '{Excerpt.Of(service)}' can't be the name of a service: expected {expected}.");
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
