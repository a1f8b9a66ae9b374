namespace Harbor.Descriptors;

/// <summary>The user's own scripts before and after the stages.</summary>
public sealed record HooksSection
{
    /// <summary>Whether <c>stacks/[service]/hooks/[point].sh</c> is a hook even if it is not listed.</summary>
    public bool Autodiscover { get; init; }

    public IReadOnlyList<Hook> All { get; init; } = [];

    /// <summary>In the order in which they run.</summary>
    public IEnumerable<Hook> ForPoint(HookPoint point) => All.Where(hook => hook.Point == point);

    internal HooksSection With(IEnumerable<IReadOnlyList<Hook>> stacks) =>
        this with { All = [.. All, .. stacks.SelectMany(hooks => hooks)] };
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

    /// <summary>The first service point. Hooks of service points run once for each selected service, or for the one they name.</summary>
    PreServicePrepare,
    PostServicePrepare,
    PreServiceUp,
    PostServiceUp,
}
