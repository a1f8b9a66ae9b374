using Harbor.Descriptors.Yaml;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Harbor.Composition;

/// <summary>YAML to nodes and back, event by event. What a file can cost is limited before it costs it.</summary>
internal static class ComposeText
{
    private const int MaxDepth = 64;
    private const int MaxEvents = 500_000;
    private const int MaxCharacters = 10_000_000;

    /// <summary>The documents of a file, empty ones left out.</summary>
    /// <exception cref="InvalidStackException">Not YAML, or beyond the limits; with the place.</exception>
    public static List<ComposeNode> Read(string file, string text)
    {
        if (text.Length > MaxCharacters)
        {
            throw Invalid(file, Mark.Empty, $"more than {MaxCharacters:N0} characters");
        }

        var reader = new Reader(file, text);
        try
        {
            return reader.Documents();
        }
        catch (YamlException e)
        {
            throw Invalid(file, e.Start, e.Message);
        }
        catch (Exception e) when (YamlSyntax.IsFault(e))
        {
            throw Invalid(file, reader.At, "not valid YAML, here or soon after");
        }
    }

    /// <summary>Writes documents one after the other, in block style, aliases written out.</summary>
    public static string Write(IEnumerable<ComposeNode> documents)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        var emitter = new Emitter(writer, new EmitterSettings().WithBestWidth(int.MaxValue).WithNewLine("\n"));
        emitter.Emit(new StreamStart());
        foreach (var document in documents)
        {
            emitter.Emit(new DocumentStart(null, null, isImplicit: false));
            Write(emitter, document);
            emitter.Emit(new DocumentEnd(isImplicit: true));
        }

        emitter.Emit(new StreamEnd());
        return writer.ToString();
    }

    private static void Write(Emitter emitter, ComposeNode node)
    {
        var implicitTag = node.Tag.IsEmpty;
        switch (node.Kind)
        {
            case ComposeNodeKind.Mapping:
                emitter.Emit(new MappingStart(AnchorName.Empty, node.Tag, implicitTag, MappingStyle.Block));
                node.Children.ForEach(child => Write(emitter, child));
                emitter.Emit(new MappingEnd());
                break;
            case ComposeNodeKind.Sequence:
                emitter.Emit(new SequenceStart(AnchorName.Empty, node.Tag, implicitTag, SequenceStyle.Block));
                node.Children.ForEach(child => Write(emitter, child));
                emitter.Emit(new SequenceEnd());
                break;
            default:
                // An empty plain scalar is null, and would become a string where the emitter has to quote it; one with a line break is a string.
                var plain = node.IsPlain && !node.Value.Contains('\n');
                var value = plain && node.Value.Length == 0 ? "null" : node.Value;
                emitter.Emit(new Scalar(AnchorName.Empty, node.Tag, value, plain ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted, implicitTag, implicitTag));
                break;
        }
    }

    private static InvalidStackException Invalid(string file, Mark at, string message) =>
        new([new Problem(file, (int)at.Line, (int)at.Column, $"not a usable YAML file: {message}")]);

    private sealed class Reader(string file, string text)
    {
        private readonly Parser _parser = new(new StringReader(text));
        private readonly Dictionary<AnchorName, ComposeNode> _anchors = [];
        private int _events;

        /// <summary>Where the last part that could be read begins.</summary>
        public Mark At => _parser.Current?.Start ?? Mark.Empty;

        public List<ComposeNode> Documents()
        {
            var documents = new List<ComposeNode>();
            while (Next() is not StreamEnd)
            {
                if (_parser.Current is DocumentStart)
                {
                    _anchors.Clear();
                    var document = Node(Next(), 1);
                    if (document is not { Kind: ComposeNodeKind.Scalar, IsPlain: true, Value: "" })
                    {
                        documents.Add(document);
                    }
                }
            }

            return documents;
        }

        private ParsingEvent Next() =>
            !_parser.MoveNext() ? new StreamEnd()
            : ++_events > MaxEvents ? throw Invalid(file, _parser.Current!.Start, $"more than {MaxEvents:N0} parts")
            : _parser.Current!;

        private ComposeNode Node(ParsingEvent item, int depth)
        {
            var node = item switch
            {
                AnchorAlias alias => Anchored(alias),
                Scalar scalar => new ComposeNode(ComposeNodeKind.Scalar, scalar.Tag, item.Start) { Value = scalar.Value, IsPlain = scalar.Style == ScalarStyle.Plain },
                SequenceStart sequence => Children<SequenceEnd>(new ComposeNode(ComposeNodeKind.Sequence, sequence.Tag, item.Start), depth),
                MappingStart mapping => Children<MappingEnd>(new ComposeNode(ComposeNodeKind.Mapping, mapping.Tag, item.Start), depth),
                _ => throw Invalid(file, item.Start, "unexpected end"),
            };
            if (depth + node.Height > MaxDepth || node.Size > MaxEvents)
            {
                throw Invalid(file, item.Start, $"deeper than {MaxDepth} levels or, with aliases written out, more than {MaxEvents:N0} parts");
            }

            // Known only from here on: a node cannot hold itself.
            if (item is NodeEvent { Anchor.IsEmpty: false } anchored)
            {
                _anchors[anchored.Anchor] = node;
            }

            return node;
        }

        private ComposeNode Children<TEnd>(ComposeNode parent, int depth)
            where TEnd : ParsingEvent
        {
            if (depth > MaxDepth)
            {
                throw Invalid(file, _parser.Current!.Start, $"deeper than {MaxDepth} levels");
            }

            while (Next() is var item and not TEnd)
            {
                parent.Add(Node(item, depth + 1));
            }

            return parent;
        }

        private ComposeNode Anchored(AnchorAlias alias) =>
            _anchors.TryGetValue(alias.Value, out var node) ? node : throw Invalid(file, alias.Start, $"alias *{alias.Value} has no anchor before it");
    }
}
