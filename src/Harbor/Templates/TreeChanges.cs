namespace Harbor.Templates;

/// <summary>Changes of files in <c>var/run</c>: relative paths in ordinal order.</summary>
public sealed record TreeChanges(IReadOnlyList<string> Added, IReadOnlyList<string> Changed, IReadOnlyList<string> Removed)
{
    public bool None => Added.Count + Changed.Count + Removed.Count == 0;
}
