using Harbor.Compose;
using Harbor.Descriptors;
using Harbor.Environments;
using Harbor.Selection;
using Harbor.State;

namespace Harbor.Stacks;

/// <summary>The descriptor with the command line applied. It is known before any task runs, so capabilities are not detected yet.</summary>
/// <param name="Descriptor">The descriptor for the selected services, with their overrides.</param>
/// <param name="Services">The services of this run, in ordinal order. Capabilities add none.</param>
/// <param name="Folder">All compose files of the project.</param>
public sealed record StackDefinition(
    ProjectPaths Paths,
    StackOptions Options,
    Descriptor Descriptor,
    Profile Profile,
    IReadOnlyList<string> Services,
    ComposeFolder Folder,
    SelectionRequest Request,
    CapabilityChoice Capabilities)
{
    /// <summary>Of the services in the base files, those that run, beside what they depend on; null: all.</summary>
    public IReadOnlyList<string>? OnlyOfBase { get; init; }

    /// <summary>The services that a run could select, in ordinal order: with a file of their own, or of the base files.</summary>
    public IReadOnlyList<string> KnownServices =>
        [.. Folder.Services.Concat(BaseServicesIn(Paths, Descriptor, Folder)).Concat(Services).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The sources of a service's variables, also of one that is not selected.</summary>
    public IReadOnlyList<EnvironmentSource> SourcesOf(string service) => Whole.SourcesFor([service]);

    /// <summary>The descriptor with the overrides of all services.</summary>
    private Descriptor Whole { get; init; } = Descriptor;

    /// <exception cref="InvalidStackException">The descriptor has problems, or has no such profile.</exception>
    public static StackDefinition Read(ProjectPaths paths, StackOptions options)
    {
        var descriptor = Named(DescriptorReader.Read(paths), options.ProjectName);
        var profile = descriptor.Select(options.Profile);
        var rules = descriptor.Source.Rules with { Base = profile.Files ?? descriptor.Source.Rules.Base };
        descriptor = descriptor with { Source = descriptor.Source with { Rules = rules } };
        var folder = ComposeFolder.Read(Path.Combine(paths.Root, descriptor.Source.Directory));
        var capabilities = options.Capabilities ?? profile.Capabilities
            ?? (rules.AutoCapabilities ? CapabilityChoice.Auto : CapabilityChoice.None);
        var request = new SelectionRequest
        {
            ProfileServices = profile.Services,
            ProfileOptions = options.Options is null ? profile.Options : [],
            Services = WithDeployed(paths, descriptor, options.Services),
            Options = options.Options ?? [],
            Capabilities = capabilities.Given,
            NoDefaults = options.NoDefaults,
            BaseServices = new(() => BaseServicesIn(paths, descriptor, folder)),
        };
        var selection = ComposeSelection.Select(folder, rules, request);
        var services = selection.Services;
        return new StackDefinition(paths, options, descriptor.ForServices(services), profile, services, folder, request, capabilities)
        {
            Whole = descriptor,
            OnlyOfBase = selection.FromBase.Count == 0 ? null
                : options.Services.Count == 0 || Deployed(paths, descriptor) is not { } deployed ? selection.FromBase
                : [.. selection.FromBase.Union(deployed.Containers.Select(container => container.Service).Order(StringComparer.Ordinal))],
        };
    }

    private static IReadOnlySet<string> BaseServicesIn(ProjectPaths paths, Descriptor descriptor, ComposeFolder folder)
    {
        var source = descriptor.Source;
        IReadOnlyList<string> files = source.Rules.Base ?? [folder.DefaultBase, .. folder.Override is { } over ? [over] : (string[])[]];
        var variables = new Dictionary<string, string>();
        ComposeProject.AddBuiltInVariables(variables, descriptor.Name, paths.Root);
        return ComposeInputs.Find(paths.Root, files.Select(source.PathOf), variables).Services;
    }

    private static Descriptor Named(Descriptor descriptor, string? name) => name is null ? descriptor
        : ProjectName.Fault(name) is { } expected
            ? throw new InvalidStackException($"--project-name: '{name}' is not a valid project name: expected {expected}.")
            : descriptor with { Name = name };

    /// <summary>
    /// Adds services from the command line to the deployed ones, so that deploying one service does not remove the others or their cross
    /// files.
    /// </summary>
    private static IReadOnlyList<string> WithDeployed(ProjectPaths paths, Descriptor descriptor, IReadOnlyList<string> services) =>
        services.Count == 0 || Deployed(paths, descriptor) is not { } deployed ? services : [.. services.Union(deployed.Services)];

    private static DeployedStack? Deployed(ProjectPaths paths, Descriptor descriptor) =>
        DeployedStack.File(paths).Read() is { } deployed && deployed.Project == descriptor.Name ? deployed : null;
}
