using System.Globalization;
using System.Text;

namespace Harbor.Secrets.Sops;

/// <summary>Writes the same bytes as Go's JSON encoder. Comments are left out, as in SOPS.</summary>
internal sealed class JsonWriter(StringBuilder text, string indent)
{
    public void Write(SopsNode node, int depth)
    {
        switch (node)
        {
            case SopsMap map:
                Block('{', map.Entries.Where(entry => entry.Key is not null).ToList(), '}', depth, entry =>
                {
                    Quote(entry.Key!);
                    text.Append(": ");
                    Write(entry.Node, depth + 1);
                });
                break;
            case SopsList list:
                Block('[', list.Items.Where(item => item is not SopsScalar { Value.Type: SopsType.Comment })
                    .ToList(), ']', depth, item => Write(item, depth + 1));
                break;
            case SopsScalar { Value: var value }:
                Scalar(value);
                break;
        }
    }

    private void Block<T>(char open, List<T> items, char close, int depth, Action<T> write)
    {
        text.Append(open);
        for (var i = 0; i < items.Count; i++)
        {
            text.Append(i == 0 ? "\n" : ",\n").Insert(text.Length, indent, depth + 1);
            write(items[i]);
        }

        if (items.Count > 0)
        {
            text.Append('\n').Insert(text.Length, indent, depth);
        }

        text.Append(close);
    }

    private void Scalar(SopsValue value)
    {
        switch (value.Type)
        {
            case SopsType.Null:
                text.Append("null");
                break;
            case SopsType.Bool:
                text.Append(value.Text.ToLowerInvariant());
                break;
            case SopsType.Int:
                text.Append(value.Text);
                break;
            case SopsType.Float when GoFloat.Parse(value.Text) is { } number && double.IsFinite(number):
                text.Append(GoFloat.Json(number));
                break;
            default:
                Quote(value.Text);
                break;
        }
    }

    private void Quote(string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' or '\\' => text.Append('\\').Append(c),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                < ' ' or '<' or '>' or '&' or '\u2028' or '\u2029' =>
                text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }
}
