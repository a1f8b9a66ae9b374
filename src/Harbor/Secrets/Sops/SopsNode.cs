namespace Harbor.Secrets.Sops;

/// <summary>A part of a document. Order, duplicates and comments are kept.</summary>
/// <param name="line">Counts from 1; 0 for a node that is not from a file.</param>
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

/// <param name="Key">Null for a comment; then <paramref name="Node"/> is its text.</param>
internal sealed record SopsEntry(string? Key, SopsNode Node);

/// <summary>Comments are among the items, as scalars of the type comment.</summary>
internal sealed class SopsList(int line = 0) : SopsNode(line)
{
    public List<SopsNode> Items { get; } = [];
}

/// <summary>In an encrypted file, the value is the text <c>ENC[...]</c>.</summary>
internal sealed class SopsScalar(SopsValue value, int line = 0) : SopsNode(line)
{
    public SopsValue Value { get; set; } = value;
}
