namespace Harbor.Templates;

/// <param name="UpToDate">Nothing was rendered: inputs and outputs are those of the last time.</param>
public sealed record PrepareResult(bool UpToDate, TreeChanges Changes);

/// <summary>Renders the templates of a stack into <c>var/run</c>, if anything changed.</summary>
public static class PrepareStep
{
    private static readonly TreeChanges Nothing = new([], [], []);

    /// <param name="key">From <see cref="Secrets.StateKey"/>.</param>
    /// <param name="announce">Called with what is about to change, if anything is.</param>
    /// <inheritdoc cref="TreeSwap.Apply" path="/exception"/>
    public static PrepareResult Run(TemplateRequest request, ReadOnlySpan<byte> key, Action<TreeChanges>? announce = null)
    {
        var swap = new TreeSwap(request.Paths) { Announce = announce };
        swap.Recover();
        var templates = TemplateSearch.Find(request);
        var fingerprint = PrepareFingerprint.Of(request, templates, key);
        return swap.IsCurrent(fingerprint)
            ? new(UpToDate: true, Nothing)
            : new(UpToDate: false, swap.Apply(RenderedTree.Render(request, templates), fingerprint));
    }

    /// <summary>What <see cref="Run"/> would render and change. Renders in memory and writes nothing.</summary>
    /// <inheritdoc cref="TreeSwap.Apply" path="/exception"/>
    public static (RenderedTree Tree, TreeChanges Changes) Preview(TemplateRequest request)
    {
        var tree = RenderedTree.Render(request, TemplateSearch.Find(request));
        return (tree, new TreeSwap(request.Paths).Compare(tree));
    }
}
