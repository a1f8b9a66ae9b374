using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Harbor.Descriptors.Yaml;

/// <summary>
/// Builds nodes from YamlDotNet's events, one event at a time and within limits. Its own document model aborts the process on deep nesting
/// and its merging parser runs out of memory on a 1 KB file, so neither is used.
/// </summary>
internal sealed class YamlTree
{
    private const int MaxDepth = 64;
    private const int MaxAliases = 100;
    private const int MaxEvents = 50_000;
    private const int MaxNodes = 50_000;
    private const int MaxScalar = 64 * 1024;

    private readonly string file;
    private readonly ProblemList problems;
    private readonly Parser parser;

    // Null while the anchored node is still being read: an alias to it would be a reference to itself.
    private readonly Dictionary<string, (YamlNode Node, int Size)?> anchors = [];
    private int aliases;
    private int events;
    private int nodes;

    private YamlTree(string text, string file, ProblemList problems)
    {
        (this.file, this.problems) = (file, problems);
        parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
    }

    /// <summary>The only document of the text. What leaves the tree whole (a duplicate key, a foreign tag) goes to <paramref name="problems"/>.</summary>
    /// <exception cref="InvalidStackException">Not YAML, empty, several documents, or beyond a limit.</exception>
    public static YamlNode Parse(string text, string file, ProblemList problems)
    {
        try
        {
            return new YamlTree(text, file, problems).Document();
        }
        catch (YamlException e)
        {
            throw YamlSyntax.Error(e, text, file);
        }
    }

    private YamlNode Document()
    {
        Next();
        if (Next() is StreamEnd)
        {
            throw YamlText.Refused(new Location(file, 1, 1), "The file is empty.");
        }

        var root = Node(Next(), depth: 1);
        Next();
        var end = Next();
        return end is StreamEnd ? root : throw YamlText.Refused(At(end), "A second document begins here; a descriptor is one document.");
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

        return ++events <= MaxEvents
            ? parser.Current!
            : throw YamlText.Refused(At(parser.Current!), FormattableString.Invariant($"The file holds more than {MaxEvents:N0} YAML events."));
    }

    private YamlNode Node(ParsingEvent begin, int depth)
    {
        if (begin is AnchorAlias alias)
        {
            return Anchored(alias);
        }

        if (depth > MaxDepth)
        {
            throw YamlText.Refused(At(begin), $"Nested deeper than {MaxDepth} levels.");
        }

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

    private YamlNode Anchored(AnchorAlias alias)
    {
        var name = alias.Value.Value;
        if (++aliases > MaxAliases)
        {
            throw YamlText.Refused(At(alias), $"More than {MaxAliases} aliases.");
        }

        if (!anchors.TryGetValue(name, out var anchored))
        {
            throw YamlText.Refused(At(alias), $"The alias '*{Excerpt.Of(name)}' has no anchor before it.{Nearest.Hint(name, anchors.Keys)}");
        }

        var (node, size) = anchored ?? throw YamlText.Refused(At(alias), $"The alias '*{Excerpt.Of(name)}' stands inside its own anchor.");
        nodes += size;
        return nodes <= MaxNodes
            ? node
            : throw YamlText.Refused(At(alias), FormattableString.Invariant($"Aliases expand the file to more than {MaxNodes:N0} nodes."));
    }

    private YamlMap Map(MappingStart start, int depth)
    {
        CheckTag(start, "map");
        var entries = new List<KeyValuePair<YamlScalar, YamlNode>>();
        var seen = new Dictionary<string, Location>(StringComparer.Ordinal);
        for (var next = Next(); next is not MappingEnd; next = Next())
        {
            var isMerge = next is Scalar { Value: "<<", Style: ScalarStyle.Plain };
            var (at, key, value) = (At(next), Node(next, depth + 1), Node(Next(), depth + 1));
            if (isMerge)
            {
                problems.Add(at, "Merge keys ('<<') are not read in a descriptor; a plain alias (key: *anchor) is.");
            }
            else if (key is not YamlScalar scalar)
            {
                problems.Add(at, $"A key is {key.Description}: expected text.");
            }
            else if (!seen.TryAdd(scalar.Value, at))
            {
                var first = seen[scalar.Value];
                problems.Add(at, $"'{Excerpt.Of(scalar.Value)}' stands twice in this map: first at line {first.Line}, column {first.Column}.");
            }
            else
            {
                entries.Add(new(scalar.At == at ? scalar : new YamlScalar(at, scalar.Value, scalar.Kind), value));
            }
        }

        return new YamlMap(At(start), entries);
    }

    private YamlList List(SequenceStart start, int depth)
    {
        CheckTag(start, "seq");
        var items = new List<YamlNode>();
        for (var next = Next(); next is not SequenceEnd; next = Next())
        {
            items.Add(Node(next, depth + 1));
        }

        return new YamlList(At(start), items);
    }

    private YamlScalar Scalar(Scalar scalar)
    {
        if (scalar.Value.Length > MaxScalar)
        {
            throw YamlText.Refused(At(scalar), FormattableString.Invariant($"A text of {scalar.Value.Length:N0} characters; one value may have {MaxScalar:N0}."));
        }

        var kind = scalar switch
        {
            { Tag.IsEmpty: false } => YamlTag.KindOf(scalar, At(scalar), problems),
            { Style: ScalarStyle.Plain } => YamlScalar.KindOfPlain(scalar.Value),
            _ => ScalarKind.Text,
        };
        return new YamlScalar(At(scalar), scalar.Value, kind);
    }

    private void CheckTag(NodeEvent node, string expected)
    {
        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific && node.Tag.Value != YamlTag.Core + expected)
        {
            problems.Add(At(node), YamlTag.Foreign(node.Tag.Value));
        }
    }

    private Location At(ParsingEvent e) => new(file, (int)e.Start.Line, (int)e.Start.Column);
}
