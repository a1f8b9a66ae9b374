using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Harbor.Optimization.Configuration;

/// <summary>TOML as a tree of values with their places.</summary>
internal static class TomlTree
{
    /// <exception cref="ConfigException">All errors of syntax.</exception>
    public static ConfigValue.Table Read(string toml, string file)
    {
        var document = SyntaxParser.Parse(toml, file, validate: true);
        if (document.HasErrors)
        {
            throw new ConfigException([.. document.Diagnostics.Where(found => found.Kind == DiagnosticMessageKind.Error)
                .Select(found => new ConfigProblem(At(file, found.Span), found.Message))]);
        }

        var root = new ConfigValue.Table(new ConfigPlace(file, 1, 1));
        AddAll(root, document.KeyValues, file);
        foreach (var section in document.Tables)
        {
            AddAll(Open(root, section, file), section.Items, file);
        }

        return root;
    }

    // The table that a header names; for [[name]] a new entry of its list.
    private static ConfigValue.Table Open(ConfigValue.Table root, TableSyntaxBase section, string file)
    {
        var (table, path) = (root, Path(section.Name!));
        foreach (var (key, span) in path.SkipLast(1))
        {
            table = Child(table, key, At(file, span));
        }

        var (last, lastSpan) = path[^1];
        var place = At(file, lastSpan);
        if (section is not TableArraySyntax)
        {
            return Child(table, last, place);
        }

        if (table.Find(last) is not ConfigValue.List list)
        {
            list = new ConfigValue.List(place, []);
            table.Add(last, place, list);
        }

        var entry = new ConfigValue.Table(place);
        list.Items.Add(entry);
        return entry;
    }

    private static ConfigValue.Table Child(ConfigValue.Table table, string key, ConfigPlace place)
    {
        switch (table.Find(key))
        {
            case ConfigValue.Table existing:
                return existing;
            case ConfigValue.List { Items: [.., ConfigValue.Table last] }:
                return last;
            default:
                var child = new ConfigValue.Table(place);
                table.Add(key, place, child);
                return child;
        }
    }

    private static void AddAll(ConfigValue.Table table, IEnumerable<KeyValueSyntax> entries, string file)
    {
        foreach (var entry in entries)
        {
            var (target, path) = (table, Path(entry.Key!));
            foreach (var (key, span) in path.SkipLast(1))
            {
                target = Child(target, key, At(file, span));
            }

            var (last, lastSpan) = path[^1];
            target.Add(last, At(file, lastSpan), Value(entry.Value!, file));
        }
    }

    private static ConfigValue Value(ValueSyntax value, string file)
    {
        var place = At(file, value.Span);
        switch (value)
        {
            case StringValueSyntax text:
                return new ConfigValue.Text(place, text.Value ?? "");
            case IntegerValueSyntax whole:
                return new ConfigValue.Whole(place, whole.Value);
            case FloatValueSyntax real:
                return new ConfigValue.Real(place, real.Value);
            case BooleanValueSyntax truth:
                return new ConfigValue.Truth(place, truth.Value);
            case ArraySyntax list:
                return new ConfigValue.List(place, [.. list.Items.Select(item => Value(item.Value!, file))]);
            case InlineTableSyntax inline:
                var table = new ConfigValue.Table(place);
                AddAll(table, inline.Items.Select(item => item.KeyValue!), file);
                return table;
            default:
                return new ConfigValue.Other(place, value.ToString().Trim());
        }
    }

    private static List<(string Key, SourceSpan Span)> Path(KeySyntax key) =>
        [Part(key.Key!), .. key.DotKeys.Select(dotted => Part(dotted.Key!))];

    private static (string Key, SourceSpan Span) Part(BareKeyOrStringValueSyntax key) => key switch
    {
        StringValueSyntax quoted => (quoted.Value ?? "", key.Span),
        BareKeySyntax bare => (bare.Key!.Text!, key.Span),
        _ => (key.ToString(), key.Span),
    };

    private static ConfigPlace At(string file, SourceSpan span) => new(file, span.Start.Line + 1, span.Start.Column + 1);
}
