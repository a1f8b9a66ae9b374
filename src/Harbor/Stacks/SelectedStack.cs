using Harbor.Compose;
using Harbor.Descriptors;
using Harbor.Environments;
using Harbor.Selection;

namespace Harbor.Stacks;

/// <summary>A stack whose compose files are selected.</summary>
/// <param name="Files">Relative to the root, in Compose's order.</param>
/// <param name="Options">In ordinal order.</param>
/// <param name="Capabilities">In ordinal order.</param>
/// <param name="Reasons">Why each compose file is selected or not.</param>
/// <param name="Warnings">Sentences for the user.</param>
public sealed record SelectedStack(
    StackDefinition Definition,
    IReadOnlyList<string> Files,
    IReadOnlyList<string> Options,
    IReadOnlyList<string> Capabilities,
    IReadOnlyList<FileReason> Reasons,
    IReadOnlyList<string> Warnings)
{
    /// <summary>The files that are selected without a word for them; relative to the root.</summary>
    public IReadOnlyList<string> BaseFiles { get; init; } = [];

    public ProjectPaths Paths => Definition.Paths;

    public Descriptor Descriptor => Definition.Descriptor;

    public IReadOnlyList<string> Services => Definition.Services;

    /// <summary>Selects the compose files. Detects the machine's capabilities if the stack asks for that.</summary>
    /// <param name="explain">Whether to fill in <see cref="Reasons"/>.</param>
    public static async Task<SelectedStack> SelectAsync(StackRun run, StackDefinition definition, bool explain, CancellationToken ct)
    {
        var source = definition.Descriptor.Source;
        var detected = await CapabilityDetection.DetectAsync(run.Scope, definition.Capabilities, source.Rules.Capabilities, run.Cache, ct);
        var request = definition.Request with { Detected = detected };
        var selection = ComposeSelection.Select(definition.Folder, source.Rules, request);
        return new SelectedStack(
            definition,
            [.. selection.Files.Select(source.PathOf)],
            selection.Options,
            selection.Capabilities,
            explain ? ComposeSelection.Explain(definition.Folder, source.Rules, request) : [],
            [.. selection.Warnings, .. Ignored(run.Scope.Variables)])
        {
            BaseFiles = [.. selection.BaseFiles.Select(source.PathOf)],
        };
    }

    /// <summary>Services in the compose files that Compose's profiles switch off, and their profiles.</summary>
    public IReadOnlyList<ServiceThatIsOff> FindOff()
    {
        var variables = new Dictionary<string, string>();
        ComposeProject.AddBuiltInVariables(variables, Descriptor.Name, Paths.Root);
        var inputs = ComposeInputs.Find(Paths.Root, Files.Select(file => Path.Combine(Paths.Root, file)), variables);
        return
        [
            .. inputs.Off(Definition.Profile.ComposeProfiles).Except(Services)
                .Select(service => new ServiceThatIsOff(service, [.. inputs.Profiles[service].Order(StringComparer.Ordinal)])),
        ];
    }

    /// <summary>Variables of this process that plain Compose would heed.</summary>
    private static IEnumerable<string> Ignored(IReadOnlyDictionary<string, string> process) =>
        from name in process.Keys.Order(StringComparer.Ordinal)
        let instead = VariableNames.Replacement(name)
        where instead is not null
        select $"{name} in the environment has no effect: {instead}.";
}

/// <param name="Profiles">Compose's, in ordinal order: any of them switches the service on.</param>
public sealed record ServiceThatIsOff(string Service, IReadOnlyList<string> Profiles);
