using Harbor.Yaml;

namespace Harbor.Environments;

/// <summary>
/// The variables that a compose file takes from the environment: after a <c>$</c> in a value, or by name alone (<c>environment: [NAME]</c>,
/// <c>secrets: { x: { environment: NAME } }</c>), also where an alias brings the name in.
/// </summary>
public static class ComposeReads
{
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

    /// <summary>In the order of their lines. Nothing for a file that is not YAML: Compose says what is wrong with it.</summary>
    public static IReadOnlyList<VariableRead> Find(string file, string text)
    {
        text = text.TrimStart(YamlText.ByteOrderMark);
        var reads = new List<VariableRead>();
        try
        {
            foreach (var document in YamlTree.ReadCompose(text, file))
            {
                Add(reads, document, Place.Top, text);
            }
        }
        catch (InvalidStackException)
        {
            return [];
        }

        return [.. reads.Distinct().OrderBy(read => read.Line)];
    }

    private static void Add(List<VariableRead> reads, YamlNode node, Place place, string text)
    {
        switch (node)
        {
            case YamlScalar scalar:
                AddMentions(reads, scalar, text);
                if (place == Place.FileVariable)
                {
                    AddName(reads, scalar, isRequired: true);
                }

                break;
            case YamlList list:
                foreach (var item in list.Items)
                {
                    if (place == Place.Variables && item is YamlScalar name)
                    {
                        AddName(reads, name, isRequired: false);
                    }

                    Add(reads, item, place, text);
                }

                break;
            case YamlMap map:
                foreach (var (key, value) in map.Entries)
                {
                    if (place == Place.Variables && value is YamlScalar { IsNull: true } && !key.IsMerge)
                    {
                        AddName(reads, key, isRequired: false);
                    }

                    Add(reads, value, key.IsMerge ? place : Below(place, key.Value), text);
                }

                break;
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

    private static void AddName(List<VariableRead> reads, YamlScalar name, bool isRequired)
    {
        if (VariableNames.IsName(name.Value))
        {
            reads.Add(new(name.Value, ReaderKind.Compose, name.At.File, name.At.Line, isRequired));
        }
    }

    /// <summary>In the text as it is written, so that the line is right inside of blocks too.</summary>
    private static void AddMentions(List<VariableRead> reads, YamlScalar scalar, string text)
    {
        var source = text[scalar.Start..scalar.End];
        foreach (var mention in VariableMentions.Find(source))
        {
            var line = scalar.At.Line + source.AsSpan(0, mention.Offset).Count('\n');
            reads.Add(new(mention.Name, ReaderKind.Compose, scalar.At.File, line, mention.IsRequired));
        }
    }
}
