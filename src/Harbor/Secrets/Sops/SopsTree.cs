namespace Harbor.Secrets.Sops;

/// <summary>What a file holds.</summary>
/// <param name="Documents">One, but for YAML.</param>
/// <param name="Metadata">The recipients, the MAC and the rules; null in a plain file.</param>
internal sealed record SopsTree(IReadOnlyList<SopsMap> Documents, SopsMap? Metadata)
{
    /// <summary>Blanks of one level, as the file was found. Null: the format's own.</summary>
    public int? Indent { get; init; }

    /// <summary>Documents whose values can be replaced without touching these.</summary>
    public SopsTree Copy() => this with { Documents = [.. Documents.Select(document => (SopsMap)Copy(document))] };

    private static SopsNode Copy(SopsNode node)
    {
        switch (node)
        {
            case SopsMap map:
                var copy = new SopsMap(map.Line);
                copy.Entries.AddRange(map.Entries.Select(entry => entry with { Node = Copy(entry.Node) }));
                return copy;
            case SopsList list:
                var items = new SopsList(list.Line);
                items.Items.AddRange(list.Items.Select(Copy));
                return items;
            default:
                return new SopsScalar(((SopsScalar)node).Value, node.Line);
        }
    }
}
