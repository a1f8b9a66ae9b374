using System.Text;
using System.Text.Unicode;

namespace Harbor.Secrets.Sops;

/// <summary>
/// YAML with the metadata under the key <c>sops</c> of every document. Comments are kept; blank lines and quotes are not.
/// </summary>
internal sealed class YamlStore : SopsStore
{
    public static readonly YamlStore Instance = new();

    private const int DefaultIndent = 4;

    public override SopsTree Read(ReadOnlySpan<byte> bytes, string file)
    {
        if (!Utf8.IsValid(bytes))
        {
            throw Faults.Create(file, 0, "is not UTF-8.");
        }

        var text = Encoding.UTF8.GetString(bytes is [0xEF, 0xBB, 0xBF, ..] ? bytes[3..] : bytes);
        var documents = new YamlReader(text, file).Documents();
        var metadata = documents[0][JsonStore.MetadataKey];
        foreach (var document in documents)
        {
            if (document[JsonStore.MetadataKey] is var own && (own is null != metadata is null || own is not (null or SopsMap)))
            {
                throw Faults.Create(
                    file, own?.Line
                    ?? document.Line, "every document of an encrypted file must have the map 'sops', but this one has none.");
            }

            document.Entries.RemoveAll(entry => entry.Key == JsonStore.MetadataKey);
        }

        return new(documents, (SopsMap?)metadata) { Indent = IndentOf(text) };
    }

    public override byte[] Write(SopsTree tree)
    {
        var text = new StringBuilder();
        var writer = new YamlWriter(text, tree.Indent ?? DefaultIndent);
        for (var i = 0; i < tree.Documents.Count; i++)
        {
            text.Append(i > 0 ? "---\n" : "");
            writer.Document(tree.Documents[i]);
            if (tree.Metadata is { } metadata)
            {
                var own = new SopsMap();
                own.Add(JsonStore.MetadataKey, metadata);
                writer.Document(own);
            }
            else if (tree.Documents[i].Entries.Count == 0)
            {
                text.Append("{}\n");
            }
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static int? IndentOf(string text)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line is [' ', ..] && line.IndexOfAnyExcept(' ') is >= 2 and <= 9 and var blanks)
            {
                return blanks;
            }
        }

        return null;
    }
}
