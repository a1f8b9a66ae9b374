using Harbor.Descriptors;
using Harbor.Environments;
using Harbor.Selection;
using Harbor.Stacks;
using Harbor.Templates;
using Harbor.Yaml;

namespace Harbor.Linting;

/// <summary>Reads every profile, service, site and compose file, selected or not, and applies <see cref="StackRules"/>.</summary>
public static class StackLint
{
    private const string Rule = "stack";
    private const string Service = "${service}";

    /// <summary>The findings of the rules; for an unreadable stack, its problems.</summary>
    public static IReadOnlyList<Finding> Find(ProjectPaths paths, Descriptor descriptor)
    {
        try
        {
            return FindIn(paths, descriptor);
        }
        catch (InvalidStackException e)
        {
            return FindingsFrom(e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return FindingsFrom(new InvalidStackException(e.Message)); // The search for keys goes on.
        }
    }

    public static IReadOnlyList<Finding> FindingsFrom(InvalidStackException invalid) =>
        [.. invalid.Problems.Select(
            problem => Finding.Create(
            problem.File ?? "etc/harbor.yaml", problem.Line, Rule, isError: true, problem.Message, problem.Message))];

    private static List<Finding> FindIn(ProjectPaths paths, Descriptor written)
    {
        var folder = ComposeFolder.Read(Path.Combine(paths.Root, written.Source.Directory));
        string[] services = [.. written.Profiles.Values.SelectMany(profile => profile.Services)
            .Union(folder.Services).Where(service => service != "*").Order(StringComparer.Ordinal)];
        var descriptor = written.ForServices(services);
        var request =
            new EnvironmentRequest(paths, descriptor.SourcesFor(services)) { Services = services, KeepHistory = true, NamesOnly = true };
        var required = request.Sources.Where(source => source is { Kind: LayerKind.Secrets, Optional: false, Generate: [] })
            .Select(source => source.File).OfType<string>();
        StackEnvironment[] environments =
            [StackEnvironment.Load(request), .. Sites(paths).Select(site => StackEnvironment.Load(request with { Site = site }))];
        var templates = new TemplateRequest(paths, environments[0], [.. services.Select(descriptor.TemplatesFor)]);
        var files = folder.Names
            .Union((written.Source.Rules.Base ?? [folder.DefaultBase]).Concat(written.Profiles.Values.SelectMany(p => p.Files ?? []))
                .Where(folder.Contains))
            .Select(name => Path.Combine(paths.Root, written.Source.PathOf(name))).Order(StringComparer.Ordinal);
        var inputs = VariableReads.ComposeInputs(paths.Root, written.Name, files, environments[0].ForCompose(services, []));
        var broken = inputs.Paths.Where(VariableReads.IsComposeFile)
            .SelectMany(path => Broken(paths.Relative(path), File.ReadAllText(path))).ToList();
        if (broken.Count > 0)
        {
            return broken; // A broken file may read variables, so "unused" would be wrong.
        }

        var parts = new StackParts(
            environments,
            services,
            [.. VariableReads.Find(descriptor, inputs, templates), .. environments.Skip(1).SelectMany(environment => environment.Reads)],
            TemplateSearch.Find(templates),
            [.. inputs.Paths.Where(File.Exists).Select(File.ReadAllText)],
            [.. inputs.Paths.Select(paths.Relative)],
            [.. environments[0].Files.Where(file => !file.Exists).Select(file => file.Path).Intersect(required)]);
        return [.. StackRules.Find(parts), .. StackRules.Orphans(TemplateFolders(paths, descriptor), services)];
    }

    private static IReadOnlyList<Finding> Broken(string file, string text)
    {
        try
        {
            YamlTree.ReadCompose(text, file);
            return [];
        }
        catch (InvalidStackException e)
        {
            return FindingsFrom(e);
        }
    }

    private static IEnumerable<string> Sites(ProjectPaths paths)
    {
        var folder = Path.Combine(paths.Root, "etc", "sites");
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.env")
            .Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal) : [];
    }

    /// <summary>
    /// The folders in the place of <c>${service}</c> in <c>stacks/${service}/templates/**</c>, each with one of its files.
    /// </summary>
    private static Dictionary<string, string> TemplateFolders(ProjectPaths paths, Descriptor descriptor)
    {
        var found = new Dictionary<string, string>();
        foreach (var from in descriptor.Prepare.Templates.Sets.Select(template => template.From.Split('/'))
            .Where(from => from.Contains(Service)))
        {
            var at = Array.IndexOf(from, Service);
            var parent = Path.Combine([paths.Root, .. from[..at]]);
            var below = Path.Combine([.. from[(at + 1)..].TakeWhile(segment => !segment.AsSpan().ContainsAny('*', '?'))]);
            foreach (var folder in Directory.Exists(parent) ? Directory.EnumerateDirectories(parent) : [])
            {
                if (Directory.Exists(Path.Combine(folder, below))
                    && Directory.EnumerateFiles(Path.Combine(folder, below), "*", SearchOption.AllDirectories)
                    .Order(StringComparer.Ordinal).FirstOrDefault() is { } file)
                {
                    found.TryAdd(Path.GetFileName(folder), paths.Relative(file));
                }
            }
        }

        return found;
    }
}
