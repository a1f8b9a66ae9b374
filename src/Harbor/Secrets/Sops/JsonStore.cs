using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Harbor.Yaml;

namespace Harbor.Secrets.Sops;

/// <summary>
/// One JSON object with the metadata under the key <c>sops</c>. Duplicate names and text after the object are errors.
/// </summary>
internal sealed class JsonStore : SopsStore
{
    public static readonly JsonStore Instance = new();

    public const string MetadataKey = "sops";

    private const int MaxDepth = 64;

    public override SopsTree Read(ReadOnlySpan<byte> bytes, string file)
    {
        if (!Utf8.IsValid(bytes))
        {
            throw Faults.Create(file, 0, "is not UTF-8.");
        }

        var lines = new Lines(bytes);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                throw Faults.Create(file, 1, "a JSON object is expected.");
            }

            var map = Map(ref reader, lines, file);
            reader.Read();
            return Split(map, bytes, file);
        }
        catch (JsonException e)
        {
            throw Faults.Create(file, (int)(e.LineNumber ?? 0) + 1, "is not valid JSON, here or soon after.");
        }
        catch (InvalidOperationException)
        {
            throw Faults.Create(file, lines.LineOf(reader.TokenStartIndex), "a text contains half of a surrogate pair.");
        }
    }

    public override byte[] Write(SopsTree tree)
    {
        var text = new StringBuilder();
        var map = tree.Documents[0];
        if (tree.Metadata is { } metadata)
        {
            var whole = new SopsMap();
            whole.Entries.AddRange(map.Entries);
            whole.Add(MetadataKey, metadata);
            map = whole;
        }

        new JsonWriter(text, tree.Indent is > 0 and var spaces ? new string(' ', spaces) : "\t").Write(map, 0);
        return Encoding.UTF8.GetBytes(text.Append('\n').ToString());
    }

    private static SopsTree Split(SopsMap map, ReadOnlySpan<byte> bytes, string file)
    {
        var metadata = map[MetadataKey];
        if (metadata is not (null or SopsMap))
        {
            throw Faults.Create(file, metadata.Line, "'sops' is not the map that SOPS writes.");
        }

        map.Entries.RemoveAll(entry => entry.Key == MetadataKey);
        var first = bytes.IndexOf((byte)'\n') + 1;
        var indent = bytes[first..].IndexOfAnyExcept((byte)' ');
        return new([map], (SopsMap?)metadata) { Indent = first > 0 && indent is > 0 and < 16 ? indent : null };
    }

    private static SopsMap Map(ref Utf8JsonReader reader, Lines lines, string file)
    {
        var map = new SopsMap(lines.LineOf(reader.TokenStartIndex));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var line = lines.LineOf(reader.TokenStartIndex);
            var key = reader.GetString()!;
            if (!seen.Add(key))
            {
                throw Faults.Create(file, line, $"'{Excerpt.Of(key)}' appears twice in this object.");
            }

            reader.Read();
            map.Add(key, Node(ref reader, lines, file));
        }

        return map;
    }

    private static SopsNode Node(ref Utf8JsonReader reader, Lines lines, string file)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            return Map(ref reader, lines, file);
        }

        var line = lines.LineOf(reader.TokenStartIndex);
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            var list = new SopsList(line);
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                list.Items.Add(Node(ref reader, lines, file));
            }

            return list;
        }

        return new SopsScalar(
            reader.TokenType switch
            {
                JsonTokenType.String => SopsValue.Of(reader.GetString()!),
                JsonTokenType.True => SopsValue.Of(true),
                JsonTokenType.False => SopsValue.Of(false),
                JsonTokenType.Null => SopsValue.Null,
                _ => Number(Encoding.ASCII.GetString(reader.ValueSpan), line, file),
            },
            line);
    }

    private static SopsValue Number(string text, int line, string file) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) ? SopsValue.Of(integer)
        : GoFloat.Parse(text) is { } number ? SopsValue.Of(number)
        : throw Faults.Create(file, line, "a number is too large.");

    /// <summary>Finds the line of a byte. Indexes must ascend.</summary>
    private sealed class Lines
    {
        private readonly List<int> _ends = [];
        private int _line;

        public Lines(ReadOnlySpan<byte> bytes)
        {
            for (var i = 0; i < bytes.Length; i++)
            {
                if (bytes[i] == '\n')
                {
                    _ends.Add(i);
                }
            }
        }

        public int LineOf(long index)
        {
            while (_line < _ends.Count && _ends[_line] < index)
            {
                _line++;
            }

            return _line + 1;
        }
    }
}
