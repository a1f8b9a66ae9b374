using System.Text.Json.Nodes;
using Harbor.Deployments.Wire;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Harbor.Deployments;

/// <summary>A TOML file as JSON, which remembers the line of each key.</summary>
internal sealed class TomlText
{
    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);
    private readonly string _name;

    /// <exception cref="HarborSpecException">It is no TOML; has every error with its line.</exception>
    public TomlText(string name, string text)
    {
        _name = name;
        var document = SyntaxParser.Parse(text, name, validate: true);
        if (document.HasErrors)
        {
            throw new HarborSpecException([.. document.Diagnostics.Where(found => found.Kind == DiagnosticMessageKind.Error)
                .Select(found => new FieldError("", $"{name}:{found.Span.Start.Line + 1}: {found.Message}"))]);
        }

        Add(Root, "", document.KeyValues);
        foreach (var table in document.Tables)
        {
            var (parent, path, last) = Find(Root, "", table.Name!);
            var inner = new JsonObject();
            if (table is TableArraySyntax)
            {
                parent[last] ??= new JsonArray();
                parent[last]!.AsArray().Add((JsonNode)inner);
            }
            else if (parent[last] is JsonObject known)
            {
                inner = known;
            }
            else
            {
                parent[last] = inner;
            }

            _lines.TryAdd(path, table.Span.Start.Line + 1);
            Add(inner, path + ".", table.Items);
        }
    }

    public JsonObject Root { get; } = [];

    /// <summary>An error with file and line.</summary>
    /// <param name="path">Keys joined by dots.</param>
    public FieldError Error(string path, string message) =>
        new(path, $"{_name}:{_lines.GetValueOrDefault(path, 1)}: {message}");

    private void Add(JsonObject into, string path, IEnumerable<KeyValueSyntax> pairs)
    {
        foreach (var pair in pairs)
        {
            var (parent, key, last) = Find(into, path, pair.Key!);
            _lines.TryAdd(key, pair.Span.Start.Line + 1);
            parent[last] = Value(pair.Value!, key);
        }
    }

    /// <summary>The object that a dotted key's last part belongs to; objects on the way are made.</summary>
    private (JsonObject Parent, string Path, string Last) Find(JsonObject from, string path, KeySyntax key)
    {
        string[] parts = [Text(key.Key!), .. key.DotKeys.Select(dotted => Text(dotted.Key!))];
        foreach (var part in parts[..^1])
        {
            path += part;
            _lines.TryAdd(path, key.Span.Start.Line + 1);
            path += ".";
            from[part] ??= new JsonObject();
            from = from[part] as JsonObject ?? from[part]!.AsArray()[^1]!.AsObject();
        }

        return (from, path + parts[^1], parts[^1]);
    }

    private JsonNode? Value(ValueSyntax value, string path) => value switch
    {
        StringValueSyntax text => JsonValue.Create(text.Value ?? ""),
        IntegerValueSyntax number => JsonValue.Create(number.Value),
        FloatValueSyntax number => double.IsFinite(number.Value) ? JsonValue.Create(number.Value) : JsonValue.Create($"{number.Value}"),
        BooleanValueSyntax flag => JsonValue.Create(flag.Value),
        ArraySyntax array => new JsonArray([.. array.Items.Select(item => Value(item.Value!, path))]),
        InlineTableSyntax table => Inline(table, path),
        _ => JsonValue.Create(value.ToString().Trim()), // Dates and times, as they are written.
    };

    private JsonObject Inline(InlineTableSyntax table, string path)
    {
        var inner = new JsonObject();
        Add(inner, path + ".", table.Items.Select(item => item.KeyValue!));
        return inner;
    }

    private static string Text(BareKeyOrStringValueSyntax key) => key switch
    {
        BareKeySyntax bare => bare.Key!.Text!,
        StringValueSyntax text => text.Value!,
        _ => key.ToString().Trim(),
    };
}
