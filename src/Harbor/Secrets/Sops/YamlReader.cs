using System.Text;
using Harbor.Yaml;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Harbor.Secrets.Sops;

/// <summary>Builds documents with comments from YamlDotNet's events, within limits.</summary>
internal sealed class YamlReader(string text, string file)
{
    private const int MaxDepth = 64;
    private const int MaxEvents = 200_000;

    private readonly Parser _parser = new(new Scanner(new StringReader(text), skipComments: false));
    private readonly List<Comment> _comments = [];
    private int _events;

    // Inserts a comment that follows the last value on the same line. It goes before that value.
    private Action<SopsScalar>? _beside;
    private long _besideLine;

    /// <exception cref="InvalidStackException">The text is not YAML, a document is not a map, a limit is exceeded, or there is an
    /// alias.</exception>
    public List<SopsMap> Documents()
    {
        var documents = new List<SopsMap>();
        Next();
        for (var next = Next(); next is not StreamEnd; next = Next())
        {
            var root = Next();
            documents.Add(root is MappingStart start
                ? Map(start, depth: 1, start.Start.Line) : throw Fault(root, "the document must be a map."));
            PlaceComments(documents[^1], from: 0);
            Next();
        }

        return documents.Count > 0 ? documents : throw Faults.Create(file, 1, "a map is expected, but the file is empty.");
    }

    private SopsMap Map(MappingStart start, int depth, long line)
    {
        ThrowIfOtherTag(start, "map");
        var map = new SopsMap((int)line);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var next = Next(); next is not MappingEnd; next = Next())
        {
            PlaceComments(map, from: 0);
            var name = next is Scalar key && Value(key) is { Type: SopsType.Str } text
                ? text.Text : throw Fault(next, "a key is not a text: put it in quotes.");
            if (!seen.Add(name))
            {
                throw Fault(next, $"'{Excerpt.Of(name)}' appears twice in this map.");
            }

            var value = Next();
            map.Add(name, Node(value, depth, start.Start.Column, next.Start.Line));
            var index = map.Entries.Count - 1;
            Beside(value, comment => map.Entries.Insert(index, new(null, comment)));
        }

        PlaceComments(map, from: start.Style == MappingStyle.Flow ? long.MaxValue : start.Start.Column);
        return map;
    }

    private SopsList List(SequenceStart start, int depth, long parentColumn, long line)
    {
        ThrowIfOtherTag(start, "seq");
        var list = new SopsList((int)line);
        for (var next = Next(); next is not SequenceEnd; next = Next())
        {
            PlaceComments(comment => list.Items.Add(comment), from: 0);
            list.Items.Add(Node(next, depth, start.Start.Column, next.Start.Line));
            var index = list.Items.Count - 1;
            Beside(next, comment => list.Items.Insert(index, comment));
        }

        // A list may be indented like its key. Then comments after it belong to the key's map.
        var isIndented = start.Style != SequenceStyle.Flow && start.Start.Column > parentColumn;
        PlaceComments(comment => list.Items.Add(comment), from: isIndented ? start.Start.Column : long.MaxValue);
        return list;
    }

    /// <param name="line">The key's line if there is a key, because a map's own position is that of its first entry.</param>
    private SopsNode Node(ParsingEvent next, int depth, long parentColumn, long line) => next switch
    {
        _ when depth >= MaxDepth => throw Fault(next, $"nested deeper than {MaxDepth} levels."),
        MappingStart map => Map(map, depth + 1, line),
        SequenceStart list => List(list, depth + 1, parentColumn, line),
        Scalar scalar => new SopsScalar(Value(scalar), (int)scalar.Start.Line),
        AnchorAlias => throw Fault(next, "a SOPS file must not contain aliases: repeat the value."),
        _ => throw Fault(next, "is not valid YAML: a value was expected here."),
    };

    private SopsValue Value(Scalar scalar)
    {
        var isPlain = scalar.Style == ScalarStyle.Plain;
        if (!scalar.Tag.IsEmpty && !scalar.Tag.IsNonSpecific)
        {
            return scalar.Tag.Value switch
            {
                YamlTag.Core + "str" => SopsValue.Of(scalar.Value),
                YamlTag.Core + "binary" => Binary(scalar),
                _ => throw Fault(scalar, "has a tag that is not allowed in a SOPS file."),
            };
        }

        return isPlain && scalar.Tag.IsEmpty
            ? YamlPlain.Resolve(scalar.Value)
                ?? throw Fault(scalar, "is a number of more than 64 bits, which SOPS can't encrypt. Put it in quotes.")
            : SopsValue.Of(scalar.Value);
    }

    private SopsValue Binary(Scalar scalar)
    {
        var bytes = new byte[scalar.Value.Length];
        return Convert.TryFromBase64String(scalar.Value, bytes, out var length)
            ? new(SopsType.Str, bytes[..length])
            : throw Fault(scalar, "has the tag !!binary, but is not base64.");
    }

    private void ThrowIfOtherTag(NodeEvent node, string expected)
    {
        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific && node.Tag.Value != YamlTag.Core + expected)
        {
            throw Fault(node, "has a tag that is not allowed in a SOPS file.");
        }
    }

    private ParsingEvent Next()
    {
        while (true)
        {
            try
            {
                _parser.MoveNext();
            }
            catch (YamlException e)
            {
                // YamlDotNet's message may quote the file, so it is not shown.
                throw Faults.Create(file, Math.Max(1, (int)e.Start.Line), "is not valid YAML, here or soon after.");
            }
            catch (Exception e) when (e is InvalidOperationException or ArgumentException or OverflowException or IndexOutOfRangeException)
            {
                throw Faults.Create(file, (int)(_parser.Current?.Start.Line ?? 1), "is not valid YAML, here or soon after.");
            }

            if (++_events > MaxEvents)
            {
                throw Fault(_parser.Current!, "contains too much YAML for a secrets file.");
            }

            if (_parser.Current is not YamlDotNet.Core.Events.Comment comment)
            {
                return _parser.Current!;
            }

            AddComment(comment);
        }
    }

    private void AddComment(YamlDotNet.Core.Events.Comment comment)
    {
        // YamlDotNet drops the blanks after the '#', but SOPS encrypts them.
        var start = (int)comment.Start.Index;
        var end = text.AsSpan(start).IndexOfAny('\r', '\n') is >= 0 and var length ? start + length : text.Length;
        var scalar = new SopsScalar(new(SopsType.Comment, Encoding.UTF8.GetBytes(text[(start + 1)..end])), (int)comment.Start.Line);
        if (comment.IsInline && _beside is not null && _besideLine == comment.Start.Line)
        {
            _beside(scalar);
            _beside = null;
        }
        else
        {
            _comments.Add(new(scalar, comment.IsInline, comment.Start.Column));
        }
    }

    private void Beside(ParsingEvent value, Action<SopsScalar> insert)
    {
        (_beside, _besideLine) = value is Scalar scalar ? (insert, scalar.End.Line) : (null, 0);
        if (value is Scalar && _comments is [{ IsInline: true } comment] && comment.Text.Line == _besideLine)
        {
            _comments.Clear();
            insert(comment.Text);
        }
    }

    private void PlaceComments(SopsMap map, long from) => PlaceComments(comment => map.Entries.Add(new(null, comment)), from);

    /// <summary>Places the comments read so far, up to the first that is indented less: it belongs to the outer node.</summary>
    private void PlaceComments(Action<SopsScalar> add, long from)
    {
        var count = 0;
        while (count < _comments.Count && _comments[count].Column >= from)
        {
            add(_comments[count++].Text);
        }

        _comments.RemoveRange(0, count);
    }

    private InvalidStackException Fault(ParsingEvent at, string message) => Faults.Create(file, (int)at.Start.Line, message);

    private sealed record Comment(SopsScalar Text, bool IsInline, long Column);
}
