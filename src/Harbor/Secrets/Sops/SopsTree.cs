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

    /// <summary>Every value with the way to it, comments aside: for comparing what two trees say.</summary>
    public List<(string Path, string Value)> Values()
    {
        var values = new List<(string Path, string Value)>();
        foreach (var document in Documents)
        {
            Collect(document, "", values);
        }

        return values;
    }

    private static void Collect(SopsNode node, string path, List<(string Path, string Value)> values)
    {
        switch (node)
        {
            case SopsMap map:
                map.Entries.ForEach(entry => Collect(entry.Node, path.Length == 0 ? entry.Key ?? "" : $"{path}:{entry.Key}", values));
                break;
            case SopsList list:
                list.Items.ForEach(item => Collect(item, path, values));
                break;
            case SopsScalar { Value: { Type: not SopsType.Comment } value }:
                values.Add((path, Convert.ToBase64String(value.Bytes)));
                break;
        }
    }

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
