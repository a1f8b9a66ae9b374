namespace Harbor.Secrets.Sops;

/// <summary>A part of a document: order counts, and so do duplicates and comments.</summary>
/// <param name="line">In the file, from 1; 0 where it was made here.</param>
internal abstract class SopsNode(int line)
{
    public int Line { get; } = line;
}

internal sealed class SopsMap(int line = 0) : SopsNode(line)
{
    public List<SopsEntry> Entries { get; } = [];

    public SopsNode? this[string key] => Entries.Find(entry => entry.Key == key)?.Node;

    public void Add(string key, SopsNode node) => Entries.Add(new(key, node));
}

/// <param name="Key">Null: a comment, and <paramref name="Node"/> its text.</param>
internal sealed record SopsEntry(string? Key, SopsNode Node);

/// <summary>Comments stand among the items, as scalars of that type.</summary>
internal sealed class SopsList(int line = 0) : SopsNode(line)
{
    public List<SopsNode> Items { get; } = [];
}

/// <summary>Encrypted, its value is the text <c>ENC[...]</c>.</summary>
internal sealed class SopsScalar(SopsValue value, int line = 0) : SopsNode(line)
{
    public SopsValue Value { get; set; } = value;
}
