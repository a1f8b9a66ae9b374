using Harbor.Composition;
using Harbor.Descriptors;
using Harbor.Journal;

namespace Harbor.Build;

/// <summary>The descriptor with the command line applied: which services, options and rules this run has.</summary>
/// <param name="Services">The selected ones: capabilities, which are not known yet, add none.</param>
/// <param name="Folder">The compose files there are.</param>
public sealed record StackSelection(Descriptor Descriptor, Profile Profile, IReadOnlyList<string> Services, ComposeFolder Folder, SelectionRequest Request, CapabilityChoice Capabilities)
{
    /// <exception cref="InvalidStackException">Everything wrong with the descriptor, or a profile that is not in it.</exception>
    public static StackSelection Read(ProjectPaths paths, Settings settings)
    {
        var descriptor = DescriptorReader.Read(paths);
        var profile = descriptor.Select(settings.Profile);
        var rules = descriptor.Source.Rules;
        var capabilities = settings.Capabilities ?? profile.Capabilities
            ?? (rules.AutoCapabilities ? CapabilityChoice.Auto : CapabilityChoice.None);
        var request = new SelectionRequest
        {
            ProfileServices = profile.Services,
            ProfileOptions = settings.StackOptions is null ? profile.Options : [],
            Services = WithDeployed(paths, descriptor, settings),
            Options = settings.StackOptions ?? [],
            Capabilities = capabilities.Given,
            NoDefaults = settings.NoDefaults,
        };
        var folder = ComposeFolder.Read(Path.Combine(paths.Root, descriptor.Source.Directory));
        var services = ComposeSelection.Select(folder, rules, request).Services;
        return new StackSelection(descriptor.ForServices(services), profile, services, folder, request, capabilities);
    }

    /// <summary>Services named on the command line are added to what is deployed: deploying one must not take the others away, nor their cross files.</summary>
    private static IReadOnlyList<string> WithDeployed(ProjectPaths paths, Descriptor descriptor, Settings settings) =>
        settings.Services.Count == 0 || Deployment.File(paths).Read() is not { } deployed || deployed.Project != descriptor.Name
            ? settings.Services
            : [.. settings.Services.Union(deployed.Services)];
}
