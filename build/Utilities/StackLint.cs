using Harbor.Build.Prepare;
using Harbor.Compose;
using Harbor.Composition;
using Harbor.Descriptors;
using Harbor.Environments;
using Harbor.Linting;
using Harbor.Templates;

namespace Harbor.Build.Utilities;

/// <summary>The stack for the rules of <see cref="StackRules"/>: every profile, service, site and compose file, selected or not.</summary>
internal static class StackLint
{
    private const string Rule = "stack";
    private const string Service = "${service}";

    /// <summary>What the rules find; where the stack can't be read, why.</summary>
    public static IReadOnlyList<Finding> Find(ProjectPaths paths, Descriptor descriptor)
    {
        try
        {
            return FindIn(paths, descriptor);
        }
        catch (InvalidStackException e)
        {
            return Of(e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Of(new InvalidStackException(e.Message)); // A file that can't be read hides no key, either.
        }
    }

    public static IReadOnlyList<Finding> Of(InvalidStackException invalid) =>
        [.. invalid.Problems.Select(problem => Finding.Of(problem.File ?? "etc/harbor.yaml", problem.Line, Rule, isError: true, problem.Message, problem.Message))];

    private static List<Finding> FindIn(ProjectPaths paths, Descriptor written)
    {
        var folder = ComposeFolder.Read(Path.Combine(paths.Root, written.Source.Directory));
        string[] services = [.. written.Profiles.Values.SelectMany(profile => profile.Services).Union(folder.Services).Where(service => service != "*").Order(StringComparer.Ordinal)];
        var descriptor = written.ForServices(services);
        var request = new EnvironmentRequest(paths, MergeEnvironment.Sources(descriptor, services)) { Services = services, KeepHistory = true, NamesOnly = true };
        var required = request.Sources.Where(source => source is { Kind: LayerKind.Secrets, Optional: false, Generate: [] }).Select(source => source.File).OfType<string>();
        StackEnvironment[] environments = [StackEnvironment.Load(request), .. Sites(paths).Select(site => StackEnvironment.Load(request with { Site = site }))];
        var templates = new TemplateRequest(paths, environments[0], [.. services.Select(service => RenderTemplates.TemplatesOf(service, descriptor.PrepareFor(service)))]);
        var project = new ComposeProject(
            descriptor.Name, paths.Root, [.. folder.Names.Select(name => Path.Combine(paths.Root, descriptor.Source.Directory, name)).Order(StringComparer.Ordinal)], new Dictionary<string, string>());
        var inputs = VariableReads.ComposeInputs(project, environments[0].ForCompose(services, []));
        var broken = inputs.Paths.Where(VariableReads.IsComposeFile).SelectMany(path => Broken(paths.Relative(path), File.ReadAllText(path))).ToList();
        if (broken.Count > 0)
        {
            return broken; // What nobody reads is not known.
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
            ComposeReads.Check(file, text);
            return [];
        }
        catch (InvalidStackException e)
        {
            return Of(e);
        }
    }

    private static IEnumerable<string> Sites(ProjectPaths paths)
    {
        var folder = Path.Combine(paths.Root, "etc", "sites");
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.env").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal) : [];
    }

    /// <summary>What stands where <c>stacks/${service}/templates/**</c> has its service, with one of the files below.</summary>
    private static Dictionary<string, string> TemplateFolders(ProjectPaths paths, Descriptor descriptor)
    {
        var found = new Dictionary<string, string>();
        foreach (var from in descriptor.Prepare.Templates.Select(template => template.From.Split('/')).Where(from => from.Contains(Service)))
        {
            var at = Array.IndexOf(from, Service);
            var parent = Path.Combine([paths.Root, .. from[..at]]);
            var below = Path.Combine([.. from[(at + 1)..].TakeWhile(segment => !segment.AsSpan().ContainsAny('*', '?'))]);
            foreach (var folder in Directory.Exists(parent) ? Directory.EnumerateDirectories(parent) : [])
            {
                if (Directory.Exists(Path.Combine(folder, below)) && Directory.EnumerateFiles(Path.Combine(folder, below), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).FirstOrDefault() is { } file)
                {
                    found.TryAdd(Path.GetFileName(folder), paths.Relative(file));
                }
            }
        }

        return found;
    }
}
