using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Harbor.Yaml;

/// <summary>
/// Builds nodes from YamlDotNet's events, one event at a time and within limits. Its own document model aborts the process on deep nesting
/// and its merging parser runs out of memory on a 1 KB file, so neither is used.
/// </summary>
internal sealed class YamlTree
{
    private readonly string file;
    private readonly YamlLimits limits;
    private readonly ProblemList? problems;
    private readonly Parser parser;

    // Null while the anchored node is still being read: an alias to it would be a reference to itself.
    private readonly Dictionary<string, (YamlNode Node, int Size)?> anchors = [];
    private int aliases;
    private int events;
    private int nodes;

    private YamlTree(string text, string file, YamlLimits limits, ProblemList? problems)
    {
        (this.file, this.limits, this.problems) = (file, limits, problems);
        parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
    }

    /// <summary>
    /// The only document of a descriptor. Faults that leave the tree usable (a duplicate key, a foreign tag) go to
    /// <paramref name="problems"/>.
    /// </summary>
    /// <exception cref="InvalidStackException">Not YAML, empty, several documents, or beyond a limit.</exception>
    public static YamlNode Parse(string text, string file, ProblemList problems) =>
        Read(text, file, YamlLimits.Descriptor, problems) is [var root]
            ? root : throw YamlText.Refused(new Location(file, 1, 1), "The file is empty.");

    /// <summary>All documents of a compose file, as Compose would read them: with tags and merge keys.</summary>
    /// <exception cref="InvalidStackException">Not YAML, or beyond a limit.</exception>
    public static IReadOnlyList<YamlNode> ReadCompose(string text, string file) =>
        Read(text.StartsWith(YamlText.ByteOrderMark) ? text[1..] : text, file, YamlLimits.Compose, problems: null);

    private static List<YamlNode> Read(string text, string file, YamlLimits limits, ProblemList? problems)
    {
        if (text.Length > limits.Characters)
        {
            throw YamlText.Refused(
                new Location(file, 0, 0), FormattableString.Invariant($"The file has more than {limits.Characters:N0} characters."));
        }

        try
        {
            return new YamlTree(text, file, limits, problems).Documents();
        }
        catch (YamlException e)
        {
            throw YamlSyntax.Error(e, text, file);
        }
    }

    private List<YamlNode> Documents()
    {
        var documents = new List<YamlNode>();
        Next();
        for (var next = Next(); next is not StreamEnd; next = Next())
        {
            if (documents.Count == limits.Documents)
            {
                throw YamlText.Refused(At(next), "A second document begins here; a descriptor is one document.");
            }

            anchors.Clear();
            documents.Add(Node(Next(), depth: 1));
            Next();
        }

        return documents;
    }

    private ParsingEvent Next()
    {
        try
        {
            parser.MoveNext();
        }
        catch (Exception e) when (YamlSyntax.IsFault(e))
        {
            throw YamlText.Refused(parser.Current is { } last ? At(last) : new Location(file, 1, 1), "Not valid YAML, here or soon after.");
        }

        return ++events <= limits.Events
            ? parser.Current!
            : throw YamlText.Refused(
                At(parser.Current!), FormattableString.Invariant($"The file holds more than {limits.Events:N0} YAML events."));
    }

    private YamlNode Node(ParsingEvent begin, int depth)
    {
        if (begin is AnchorAlias alias)
        {
            return Anchored(alias, depth);
        }

        ThrowIfTooDeep(begin, depth);
        if (begin is not NodeEvent node)
        {
            // The parser lets some broken maps end after a key.
            throw YamlText.Refused(At(begin), "Not valid YAML: a value was expected here.");
        }

        var before = nodes++;
        if (!node.Anchor.IsEmpty)
        {
            anchors[node.Anchor.Value] = null;
        }

        YamlNode result = node switch
        {
            MappingStart map => Map(map, depth),
            SequenceStart list => List(list, depth),
            _ => Scalar((Scalar)node),
        };
        if (!node.Anchor.IsEmpty)
        {
            anchors[node.Anchor.Value] = (result, nodes - before);
        }

        return result;
    }

    private YamlNode Anchored(AnchorAlias alias, int depth)
    {
        var name = alias.Value.Value;
        if (++aliases > limits.Aliases)
        {
            throw YamlText.Refused(At(alias), $"More than {limits.Aliases} aliases.");
        }

        if (!anchors.TryGetValue(name, out var anchored))
        {
            throw YamlText.Refused(
                At(alias), $"The alias '*{Excerpt.Of(name)}' has no anchor before it.{Nearest.Hint(name, anchors.Keys)}");
        }

        var (node, size) = anchored ?? throw YamlText.Refused(At(alias), $"The alias '*{Excerpt.Of(name)}' is inside its own anchor.");
        ThrowIfTooDeep(alias, depth + node.Height - 1);
        nodes += size;
        return nodes <= limits.Nodes
            ? node
            : throw YamlText.Refused(
                At(alias), FormattableString.Invariant($"Aliases expand the file to more than {limits.Nodes:N0} nodes."));
    }

    private YamlMap Map(MappingStart start, int depth)
    {
        CheckTag(start, "map");
        var entries = new List<KeyValuePair<YamlScalar, YamlNode>>();
        var seen = new Dictionary<string, Location>(StringComparer.Ordinal);
        for (var next = Next(); next is not MappingEnd; next = Next())
        {
            var (at, key, value) = (At(next), Node(next, depth + 1), Node(Next(), depth + 1));
            if (key is not YamlScalar scalar)
            {
                AddOrThrow(at, $"A key is {key.Description}: expected text.");
            }
            else if (problems is null || IsEntry(at, scalar, next is AnchorAlias, seen))
            {
                entries.Add(new(scalar.At == at ? scalar : new YamlScalar(at, scalar.Value, scalar.Kind), value));
            }
        }

        return new YamlMap(At(start), entries) { Tag = Written(start.Tag), Anchor = Written(start.Anchor) };
    }

    /// <summary>Only in a descriptor: Compose has merge keys, and its own word on duplicate ones.</summary>
    private bool IsEntry(Location at, YamlScalar key, bool isAlias, Dictionary<string, Location> seen)
    {
        if (key.IsMerge && !isAlias)
        {
            problems!.Add(at, "Merge keys ('<<') are not read in a descriptor; a plain alias (key: *anchor) is.");
            return false;
        }

        if (seen.TryAdd(key.Value, at))
        {
            return true;
        }

        var first = seen[key.Value];
        problems!.Add(at, $"'{Excerpt.Of(key.Value)}' appears twice in this map: first at line {first.Line}, column {first.Column}.");
        return false;
    }

    private YamlList List(SequenceStart start, int depth)
    {
        CheckTag(start, "seq");
        var items = new List<YamlNode>();
        for (var next = Next(); next is not SequenceEnd; next = Next())
        {
            items.Add(Node(next, depth + 1));
        }

        return new YamlList(At(start), items) { Tag = Written(start.Tag), Anchor = Written(start.Anchor) };
    }

    private YamlScalar Scalar(Scalar scalar)
    {
        if (scalar.Value.Length > limits.Scalar)
        {
            throw YamlText.Refused(At(scalar),
                FormattableString.Invariant($"A text of {scalar.Value.Length:N0} characters; one value may have {limits.Scalar:N0}."));
        }

        var isPlain = scalar.Style == ScalarStyle.Plain;
        var kind = scalar.Tag.IsEmpty || problems is null
            ? isPlain ? YamlScalar.KindOfPlain(scalar.Value) : ScalarKind.Text
            : YamlTag.KindOf(scalar, At(scalar), problems);
        return new YamlScalar(At(scalar), scalar.Value, kind)
        {
            Tag = Written(scalar.Tag),
            Anchor = Written(scalar.Anchor),
            IsPlain = isPlain,
            IsFlow = scalar.Style is ScalarStyle.Plain or ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted,
            Start = (int)scalar.Start.Index,
            End = (int)scalar.End.Index,
        };
    }

    private void CheckTag(NodeEvent node, string expected)
    {
        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific && node.Tag.Value != YamlTag.Core + expected)
        {
            problems?.Add(At(node), YamlTag.Foreign(node.Tag.Value));
        }
    }

    private void AddOrThrow(Location at, string message)
    {
        if (problems is null)
        {
            throw YamlText.Refused(at, message);
        }

        problems.Add(at, message);
    }

    private void ThrowIfTooDeep(ParsingEvent begin, int depth)
    {
        if (depth > YamlLimits.Depth)
        {
            throw YamlText.Refused(At(begin), $"Nested deeper than {YamlLimits.Depth} levels.");
        }
    }

    private static string Written(TagName tag) => tag.IsEmpty ? "" : tag.Value;

    private static string Written(AnchorName anchor) => anchor.IsEmpty ? "" : anchor.Value;

    private Location At(ParsingEvent e) => new(file, (int)e.Start.Line, (int)e.Start.Column)
    {
        Length = e is Scalar && e.End.Line == e.Start.Line ? Math.Max(1, (int)(e.End.Column - e.Start.Column)) : 1,
    };
}
