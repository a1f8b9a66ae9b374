using Harbor.Hashing;

namespace Harbor.Templates;

/// <param name="UpToDate">Whether nothing was rendered because inputs and outputs are unchanged.</param>
public sealed record PrepareResult(bool UpToDate, TreeChanges Changes);

/// <summary>Renders the templates of a stack into <c>var/run</c>, if anything changed.</summary>
public static class PrepareStep
{
    private static readonly TreeChanges Nothing = new([], [], []);

    /// <param name="key">From <see cref="Secrets.StateKey"/>.</param>
    /// <param name="announce">Called before files change, if any do.</param>
    /// <inheritdoc cref="TreeSwap.Apply" path="/exception"/>
    public static PrepareResult Run(TemplateRequest request, ProjectKey key, Action<TreeChanges>? announce = null)
    {
        var swap = new TreeSwap(request.Paths) { Announce = announce };
        swap.Recover();
        var templates = TemplateSearch.Find(request);
        var fingerprint = PrepareFingerprint.Compute(request, templates, key);
        return swap.IsCurrent(fingerprint)
            ? new(UpToDate: true, Nothing)
            : new(UpToDate: false, swap.Apply(RenderedTree.Render(request, templates), fingerprint));
    }

    /// <summary>Renders in memory and returns what <see cref="Run"/> would change. Writes nothing.</summary>
    /// <inheritdoc cref="TreeSwap.Apply" path="/exception"/>
    public static (RenderedTree Tree, TreeChanges Changes) Preview(TemplateRequest request)
    {
        var tree = RenderedTree.Render(request, TemplateSearch.Find(request));
        return (tree, new TreeSwap(request.Paths).Compare(tree));
    }
}
