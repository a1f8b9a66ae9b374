namespace Harbor.Descriptors;

/// <summary>What <c>etc/harbor.yaml</c> and the <c>stacks/[service]/harbor.yaml</c> beside it say, checked, with the defaults filled in.</summary>
public sealed record Descriptor
{
    public const int SupportedVersion = 1;

    /// <summary>The compose project: lower-case letters, digits, <c>_</c> and <c>-</c>. Default: made of the root folder's name.</summary>
    public required string Name { get; init; }

    public int Version { get; init; } = SupportedVersion;

    /// <summary>At least one. <see cref="Select"/> says which one holds.</summary>
    public required IReadOnlyDictionary<string, Profile> Profiles { get; init; }

    public SourceSection Source { get; init; } = new();

    public PrepareSection Prepare { get; init; } = new();

    public DeploySection Deploy { get; init; } = new();

    public StageSection PostDeploy { get; init; } = new();

    public DestroySection Destroy { get; init; } = new();

    public HooksSection Hooks { get; init; } = new();

    public RunnerSection Runner { get; init; } = new();

    /// <summary>The overrides, by service. They hold only where their service is selected: see <see cref="ForServices"/> and <see cref="PrepareFor"/>.</summary>
    public IReadOnlyDictionary<string, StackOverride> Stacks { get; init; } = new Dictionary<string, StackOverride>();

    /// <summary>Every file that was read, relative to the root, the system's first: input of fingerprints.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>The profile asked for; without one <c>default</c>, or else the only one there is.</summary>
    /// <exception cref="InvalidStackException">There is no such profile, or several and none is called <c>default</c>.</exception>
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
            null => throw new InvalidStackException($"No profile is called 'default': choose one with --profile. There are: {known}."),
            _ => throw new InvalidStackException($"There is no profile '{profile}'.{Nearest.Hint(profile, Profiles.Keys)} There are: {known}."),
        };
    }

    /// <summary>
    /// The descriptor of a run of these services: the steps and hooks of their overrides stand behind the system's, in the ordinal order of
    /// the services; the overrides of all others are gone.
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

    /// <summary>How one service is prepared: the system's lists with the service's own behind them, its own values winning.</summary>
    public PrepareSection PrepareFor(string service) =>
        Stacks.TryGetValue(service, out var stack) ? stack.Over(Prepare) : Prepare;

    /// <summary>False where nothing has to be looked for: no hook is listed, none is discovered.</summary>
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

    /// <summary>Whether <c>stacks/[service]/hooks/[point].sh</c> is a hook without being listed.</summary>
    public bool DiscoversHooksOf(string service) =>
        (Stacks.TryGetValue(service, out var stack) ? stack.AutodiscoverHooks : null) ?? Hooks.Autodiscover;
}
