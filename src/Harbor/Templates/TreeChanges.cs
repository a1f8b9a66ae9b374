namespace Harbor.Templates;

/// <summary>What a prepare does to <c>var/run</c>: paths relative to it, in ordinal order.</summary>
public sealed record TreeChanges(IReadOnlyList<string> Added, IReadOnlyList<string> Changed, IReadOnlyList<string> Removed)
{
    public bool None => Added.Count + Changed.Count + Removed.Count == 0;
}
