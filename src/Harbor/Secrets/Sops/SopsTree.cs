namespace Harbor.Secrets.Sops;

/// <summary>The parsed content of a file.</summary>
/// <param name="Documents">One document; in YAML one or more.</param>
/// <param name="Metadata">Recipients, MAC and rules; null for a plain file.</param>
internal sealed record SopsTree(IReadOnlyList<SopsMap> Documents, SopsMap? Metadata)
{
    /// <summary>Number of blanks of one level in the file. Null means the format's default.</summary>
    public int? Indent { get; init; }

    /// <summary>A deep copy, so that changes do not affect this tree.</summary>
    public SopsTree Copy() => this with { Documents = [.. Documents.Select(document => (SopsMap)Copy(document))] };

    /// <summary>Every value with its path, without comments, to compare two trees.</summary>
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
