using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Harbor.Environments;

/// <summary>The variables that a compose file takes from the environment: behind a <c>$</c>, or by name alone (<c>environment: [NAME]</c>, <c>secrets: { x: { environment: NAME } }</c>). Comments are none.</summary>
public sealed class ComposeReads
{
    private const int MaxDepth = 64;
    private readonly string _file;
    private readonly string _text;
    private readonly Parser _parser;
    private readonly List<VariableRead> _reads = [];

    private ComposeReads(string file, string text)
    {
        (_file, _text) = (file, text.TrimStart('\uFEFF'));
        _parser = new Parser(new StringReader(_text));
    }

    /// <summary>In order; up to the first error where the file is no YAML: Compose says what is wrong with it.</summary>
    public static IReadOnlyList<VariableRead> Of(string file, string text)
    {
        var reads = new ComposeReads(file, text);
        try
        {
            reads._parser.Consume<StreamStart>();
            while (reads._parser.TryConsume<DocumentStart>(out _))
            {
                reads.Node([], 0);
                reads._parser.Consume<DocumentEnd>();
            }
        }
        catch (YamlException)
        {
        }

        return reads._reads;
    }

    private void Node(IReadOnlyList<string> keys, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new YamlException("nested too deeply");
        }

        if (_parser.TryConsume<MappingStart>(out _))
        {
            while (!_parser.TryConsume<MappingEnd>(out _))
            {
                Entry(keys, depth);
            }
        }
        else if (_parser.TryConsume<SequenceStart>(out _))
        {
            while (!_parser.TryConsume<SequenceEnd>(out _))
            {
                if (keys is [.., "environment" or "args"] && _parser.Accept<Scalar>(out var item))
                {
                    Add(item.Value, item.Start.Line, isRequired: false);
                }

                Node(keys, depth + 1);
            }
        }
        else if (_parser.TryConsume<Scalar>(out var scalar))
        {
            if (keys is ["secrets" or "configs", _, "environment"])
            {
                Add(scalar.Value, scalar.Start.Line, isRequired: true);
            }

            Mentions(scalar);
        }
        else
        {
            _parser.MoveNext();
        }
    }

    private void Entry(IReadOnlyList<string> keys, int depth)
    {
        if (!_parser.TryConsume<Scalar>(out var key))
        {
            Node([], depth + 1);
        }
        else if (keys is [.., "environment" or "args"] && _parser.Accept<Scalar>(out var value) && value is { Style: ScalarStyle.Plain, Value: "" or "~" or "null" })
        {
            Add(key.Value, key.Start.Line, isRequired: false);
        }

        Node([.. keys, key?.Value ?? ""], depth + 1);
    }

    private void Add(string name, long line, bool isRequired)
    {
        if (VariableNames.IsName(name))
        {
            _reads.Add(new(name, ReaderKind.Compose, _file, (int)line, isRequired));
        }
    }

    /// <summary>In the text as it is written, so that the line is right inside of blocks too.</summary>
    private void Mentions(Scalar scalar)
    {
        var source = _text[(int)scalar.Start.Index..(int)scalar.End.Index];
        foreach (var mention in VariableMentions.In(source))
        {
            var line = scalar.Start.Line + source.AsSpan(0, mention.Offset).Count('\n');
            _reads.Add(new(mention.Name, ReaderKind.Compose, _file, (int)line, mention.IsRequired));
        }
    }
}
