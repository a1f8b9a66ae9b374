using Harbor.Compose;
using Harbor.Descriptors;
using Harbor.Environments;
using Harbor.Processes;
using Harbor.Runners;

namespace Harbor.Stacks;

/// <summary>A selected stack with its variables. It contains secrets.</summary>
/// <param name="Compose">The variables for compose files and for the conditions of steps.</param>
/// <param name="Made">Names of secrets that were generated.</param>
public sealed record MergedStack(
    SelectedStack Selected, StackEnvironment Environment, IReadOnlyDictionary<string, string> Compose, IReadOnlyList<string> Made)
{
    /// <summary>As <see cref="Compose"/>, without the machine's values: for hooks, and for the file of the variables.</summary>
    public required IReadOnlyDictionary<string, string> Layered { get; init; }

    public ProjectPaths Paths => Selected.Paths;

    public Descriptor Descriptor => Selected.Descriptor;

    public IReadOnlyList<string> Services => Selected.Services;

    /// <summary>Merges the layers in memory. Missing secrets are generated; a run that may not write uses placeholders for them.</summary>
    /// <exception cref="InvalidStackException">Lists the problems of all layers. No secret was generated.</exception>
    public static MergedStack Merge(StackRun run, SelectedStack selected)
    {
        var request = Request(selected, run.Scope);
        var environment = StackEnvironment.Load(request);
        IReadOnlyList<string> made = [];
        if (run.MayWrite && environment.Pending.Count > 0)
        {
            made = SecretsFile.Ensure(run.Paths, request.Sources, new RunnerMounts(run.Scope.Variables));
            var files = request.Sources.Where(source => source is { Kind: LayerKind.Secrets, Generate.Count: > 0 })
                .Select(source => source.File).OfType<string>();
            foreach (var file in SecretsFileInGit.Ignore(run.Scope, run.Paths, files))
            {
                run.Output.Line($"{file} is added to .gitignore, so that git does not commit it.");
            }

            environment = StackEnvironment.Load(request);
        }

        environment.RegisterSecrets(run.Scope.Redaction);
        var compose = environment.ForCompose(selected.Services, selected.Files);
        return new MergedStack(selected, environment, Values(compose), made)
        {
            Layered = Values(compose.Where(variable => variable.Value.Origin != Origin.Machine)),
        };
    }

    private static Dictionary<string, string> Values(IEnumerable<KeyValuePair<string, EnvironmentValue>> variables) =>
        variables.ToDictionary(variable => variable.Key, variable => variable.Value.Value);

    public static EnvironmentRequest Request(SelectedStack selected, RunScope scope) =>
        new(selected.Paths, selected.Descriptor.SourcesFor(selected.Services))
        {
            Site = selected.Definition.Options.Site,
            Services = selected.Services,
            ProcessEnvironment = scope.Variables,
            Settings = selected.Definition.Options.Set,
            Tunnels = TunnelVariables.Find(selected.Paths, selected.Descriptor),
        };

    public ComposeProject ComposeProject(RunScope scope) =>
        new(scope, Descriptor.Name, Paths.Root, [.. Selected.Files.Select(file => Path.Combine(Paths.Root, file))], Compose)
        {
            Profiles = Selected.Definition.Profile.ComposeProfiles,
        };

    /// <summary>Fills in <c>${NAME}</c> and Compose's other forms.</summary>
    /// <param name="what">Names the text in the error.</param>
    /// <exception cref="InvalidStackException">The syntax is wrong, or a required variable is not set.</exception>
    public string Expand(string text, string what) => Interpolation.Fill(text, Compose, what);

    /// <summary>
    /// Whether the step's condition is true. The empty text, <c>0</c>, <c>false</c>, <c>no</c> and <c>off</c> are false; all else is true.
    /// </summary>
    public bool Holds(Step step) =>
        step.When is null || Expand(step.When, $"{step.At}: when").Trim().ToLowerInvariant() is not ("" or "0" or "false" or "no" or "off");
}
