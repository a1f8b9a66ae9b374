using System.Text;

namespace Harbor.Secrets.Sops;

/// <summary>Writes block style with go-yaml's indentation, like SOPS.</summary>
internal sealed class YamlWriter(StringBuilder text, int step)
{
    public void Document(SopsMap map) => Map(map, 0, afterDash: false);

    private void Map(SopsMap map, int indent, bool afterDash)
    {
        for (var i = 0; i < map.Entries.Count; i++)
        {
            var (key, node) = map.Entries[i];
            text.Append(' ', afterDash && i == 0 ? 0 : indent);
            if (key is null)
            {
                Comment(((SopsScalar)node).Value, indent);
                continue;
            }

            text.Append(GoYaml.Line(key)).Append(':');
            var child = step * ((indent + step) / step);
            switch (node)
            {
                case SopsMap { Entries.Count: > 0 } inner:
                    text.Append('\n');
                    Map(inner, child, afterDash: false);
                    break;
                case SopsList { Items.Count: > 0 } inner:
                    text.Append('\n');
                    List(inner, child, afterDash: false);
                    break;
                default:
                    text.Append(' ').Append(Scalar(node, child, indent)).Append('\n');
                    break;
            }
        }
    }

    private void List(SopsList list, int indent, bool afterDash)
    {
        for (var i = 0; i < list.Items.Count; i++)
        {
            var item = list.Items[i];
            text.Append(' ', afterDash && i == 0 ? 0 : indent);
            if (item is SopsScalar { Value: { Type: SopsType.Comment } comment })
            {
                Comment(comment, indent);
                continue;
            }

            text.Append("- ");
            switch (item)
            {
                case SopsMap { Entries.Count: > 0 } inner:
                    Map(inner, indent + 2, afterDash: true);
                    break;
                case SopsList { Items.Count: > 0 } inner:
                    List(inner, indent + 2, afterDash: true);
                    break;
                default:
                    text.Append(Scalar(item, indent + 2, indent)).Append('\n');
                    break;
            }
        }
    }

    private void Comment(SopsValue value, int indent) =>
        text.Append('#').Append(value.Text.ReplaceLineEndings("\n" + new string(' ', indent) + "#")).Append('\n');

    private static string Scalar(SopsNode node, int indent, int parentIndent) => node switch
    {
        SopsMap => "{}",
        SopsList => "[]",
        _ => GoYaml.Format(((SopsScalar)node).Value, indent, parentIndent),
    };
}
