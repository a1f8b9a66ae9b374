namespace Harbor.Descriptors;

/// <summary>Own logic before and after the stages.</summary>
public sealed record HooksSection
{
    /// <summary>Whether <c>stacks/[service]/hooks/[point].sh</c> is a hook without being listed.</summary>
    public bool Autodiscover { get; init; }

    public IReadOnlyList<Hook> All { get; init; } = [];

    /// <summary>In the order in which they run.</summary>
    public IEnumerable<Hook> At(HookPoint point) => All.Where(hook => hook.Point == point);

    internal HooksSection With(IEnumerable<IReadOnlyList<Hook>> stacks) => this with { All = [.. All, .. stacks.SelectMany(hooks => hooks)] };
}

public enum HookPoint
{
    PreSource,
    PostSource,
    PrePrepare,
    PostPrepare,
    PreDeploy,
    PostDeploy,
    PreDestroy,
    PostDestroy,

    /// <summary>This and the following once for each selected service, or for the one that the hook names.</summary>
    PreServicePrepare,
    PostServicePrepare,
    PreServiceUp,
    PostServiceUp,
}
