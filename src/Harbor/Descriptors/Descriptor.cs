using Harbor.Environments;
using Harbor.Templates;

namespace Harbor.Descriptors;

/// <summary>
/// The contents of <c>etc/harbor.yaml</c> and every <c>stacks/[service]/harbor.yaml</c>, checked, with defaults filled in.
/// </summary>
public sealed record Descriptor
{
    public const int SupportedVersion = 1;

    /// <summary>
    /// Compose's project name: lower-case letters, digits, <c>_</c> and <c>-</c>. The default is derived from the root folder's name.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>
    /// The owner of what is deployed, for CI jobs that deploy from a different folder each time. Null means that the folder owns it.
    /// </summary>
    public string? Owner { get; init; }

    public int Version { get; init; } = SupportedVersion;

    /// <summary>At least one. <see cref="Select"/> chooses the one of a run.</summary>
    public required IReadOnlyDictionary<string, Profile> Profiles { get; init; }

    public SourceSection Source { get; init; } = new();

    public PrepareSection Prepare { get; init; } = new();

    public DeploySection Deploy { get; init; } = new();

    public StageSection PostDeploy { get; init; } = new();

    public DestroySection Destroy { get; init; } = new();

    public HooksSection Hooks { get; init; } = new();

    public RunnerSection Runner { get; init; } = new();

    /// <summary>
    /// The overrides, by service. An override applies only if its service is selected: see <see cref="ForServices"/> and
    /// <see cref="TemplatesFor"/>.
    /// </summary>
    public IReadOnlyDictionary<string, StackOverride> Stacks { get; init; } = new Dictionary<string, StackOverride>();

    /// <summary>Every file that was read, relative to the root, <c>etc/harbor.yaml</c> first. Fingerprints cover them.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>The named profile. For null: the profile <c>default</c>, else the only profile.</summary>
    /// <exception cref="InvalidStackException">There is no such profile; or, for null, several profiles and none named
    /// <c>default</c>.</exception>
    public Profile Select(string? profile)
    {
        if (Profiles.TryGetValue(profile ?? "default", out var found))
        {
            return found;
        }

        var known = string.Join(", ", Profiles.Keys.Order(StringComparer.Ordinal));
        return profile switch
        {
            null when Profiles.Count == 1 => Profiles.Values.Single(),
            null => throw new InvalidStackException($"No profile is called 'default': choose one with --profile. Known profiles: {known}."),
            _ => throw new InvalidStackException(
                $"There is no profile '{profile}'.{Nearest.Hint(profile, Profiles.Keys)} Known profiles: {known}."),
        };
    }

    /// <summary>
    /// The descriptor for a run of these services. The steps and hooks of their overrides follow those of <c>etc/harbor.yaml</c>, in the
    /// ordinal order of the services. Other overrides are left out.
    /// </summary>
    public Descriptor ForServices(IReadOnlyCollection<string> services)
    {
        var names = Stacks.Keys.Where(services.Contains).Order(StringComparer.Ordinal).ToList();
        var stacks = names.ConvertAll(name => Stacks[name]);
        return this with
        {
            Deploy = Deploy with { Steps = [.. Deploy.Steps, .. stacks.SelectMany(stack => stack.Deploy)] },
            PostDeploy = PostDeploy with { Steps = [.. PostDeploy.Steps, .. stacks.SelectMany(stack => stack.PostDeploy)] },
            Destroy = Destroy with { Steps = [.. Destroy.Steps, .. stacks.SelectMany(stack => stack.Destroy)] },
            Hooks = Hooks.With(stacks.Select(stack => stack.Hooks)),
            Stacks = names.ToDictionary(name => name, name => Stacks[name]),
        };
    }

    /// <summary>
    /// The template settings of one service. Its own lists follow the general ones; its own values override the general ones.
    /// </summary>
    public ServiceTemplates TemplatesFor(string service) =>
        Stacks.TryGetValue(service, out var stack) ? stack.Over(Prepare.Templates) : Prepare.Templates with { Service = service };

    /// <summary>The general sources, then the sources of the services' overrides, each for its own service only.</summary>
    public IReadOnlyList<EnvironmentSource> SourcesFor(IEnumerable<string> services) =>
    [
        .. Prepare.Sources,
        .. services.Where(Stacks.ContainsKey)
        .SelectMany(service => Stacks[service].Sources.Select(source => source with { Service = service })),
    ];

    /// <summary>False if no hook is listed and no service discovers hooks; then no folder has to be searched.</summary>
    public bool MayHaveHooks
    {
        get
        {
            if (Hooks.All.Count > 0 || Hooks.Autodiscover)
            {
                return true;
            }

            foreach (var stack in Stacks.Values)
            {
                if (stack.AutodiscoverHooks == true)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Whether <c>stacks/[service]/hooks/[point].sh</c> is a hook even if the descriptor does not list it.</summary>
    public bool DiscoversHooksOf(string service) =>
        (Stacks.TryGetValue(service, out var stack) ? stack.AutodiscoverHooks : null) ?? Hooks.Autodiscover;
}
