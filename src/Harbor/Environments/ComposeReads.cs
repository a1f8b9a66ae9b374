using Harbor.Composition;
using Harbor.Descriptors.Yaml;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Harbor.Environments;

/// <summary>
/// The variables that a compose file takes from the environment: behind a <c>$</c>, or by name alone (<c>environment: [NAME]</c>,
/// <c>secrets: { x: { environment: NAME } }</c>), behind an anchor too. Comments are none.
/// </summary>
public sealed class ComposeReads
{
    private const int MaxDepth = 64;
    private readonly string _file;
    private readonly string _text;
    private readonly List<VariableRead> _reads = [];

    private ComposeReads(string file, string text) => (_file, _text) = (file, text.TrimStart('\uFEFF'));

    /// <summary>What the names in a node mean.</summary>
    private enum Place
    {
        Top,
        Other,

        /// <summary>Of <c>environment</c> or <c>args</c>: a name without a value is a variable.</summary>
        Variables,

        /// <summary>Of <c>secrets</c> or <c>configs</c> at the top: each has its name, and below that <c>environment: NAME</c>.</summary>
        Files,
        File,
        FileVariable,
    }

    /// <summary>In the order of their lines. Where the file is no YAML, what stands behind a <c>$</c> before the first error: Compose says what is wrong with it.</summary>
    public static IReadOnlyList<VariableRead> Of(string file, string text)
    {
        var reads = new ComposeReads(file, text);
        try
        {
            var parser = new Parser(new StringReader(reads._text));
            parser.Consume<StreamStart>();
            while (parser.TryConsume<DocumentStart>(out _))
            {
                reads.Mentions(parser, 0);
                parser.Consume<DocumentEnd>();
            }

            ComposeText.Read(file, reads._text).ForEach(document => reads.Names(document, Place.Top));
        }
        catch (Exception e) when (e is YamlException or InvalidStackException || YamlSyntax.IsFault(e))
        {
        }

        return [.. reads._reads.Distinct().OrderBy(read => read.Line)];
    }

    /// <exception cref="InvalidStackException">It is no YAML; with the place.</exception>
    public static void Check(string file, string text) => ComposeText.Read(file, text);

    private void Names(ComposeNode node, Place place)
    {
        if (place == Place.FileVariable && node.Kind == ComposeNodeKind.Scalar)
        {
            Add(node, isRequired: true);
        }

        foreach (var item in node.Kind == ComposeNodeKind.Sequence ? node.Children : [])
        {
            if (place == Place.Variables && item.Kind == ComposeNodeKind.Scalar)
            {
                Add(item, isRequired: false);
            }

            Names(item, place);
        }

        foreach (var (key, value) in node.Entries())
        {
            if (key is { Value: "<<", IsPlain: true })
            {
                Names(value, place);
                continue;
            }

            if (place == Place.Variables && value is { IsPlain: true, Value: "" or "~" or "null" })
            {
                Add(key, isRequired: false);
            }

            Names(value, Below(place, key.Value));
        }
    }

    private static Place Below(Place place, string key) => (place, key) switch
    {
        (Place.Top, "secrets" or "configs") => Place.Files,
        (Place.Files, _) => Place.File,
        (Place.File, "environment") => Place.FileVariable,
        (_, "environment" or "args") => Place.Variables,
        _ => Place.Other,
    };

    private void Add(ComposeNode name, bool isRequired)
    {
        if (VariableNames.IsName(name.Value))
        {
            _reads.Add(new(name.Value, ReaderKind.Compose, _file, name.Line, isRequired));
        }
    }

    /// <summary>Of values: keys are not filled in.</summary>
    private void Mentions(Parser parser, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new YamlException("nested too deeply");
        }

        if (parser.TryConsume<MappingStart>(out _))
        {
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                if (!parser.TryConsume<Scalar>(out _))
                {
                    Mentions(parser, depth + 1);
                }

                Mentions(parser, depth + 1);
            }
        }
        else if (parser.TryConsume<SequenceStart>(out _))
        {
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                Mentions(parser, depth + 1);
            }
        }
        else if (parser.TryConsume<Scalar>(out var scalar))
        {
            Mentions(scalar);
        }
        else
        {
            parser.MoveNext();
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
