using System.Globalization;
using Harbor.Yaml;

namespace Harbor.Secrets.Sops;

/// <summary>
/// Metadata as flat names: <c>age__list_0__map_enc</c> is the field <c>enc</c> of the first item of the list <c>age</c>.
/// </summary>
internal sealed class FlatMetadata(string file)
{
    private const string ListStep = "__list_";
    private const string MapStep = "__map_";
    private const int MaxSteps = 8;

    private readonly Node _root = new();

    public void Add(string name, SopsScalar value)
    {
        var at = _root;
        var steps = 0;
        for (var rest = MapStep + name; rest.Length > 0;)
        {
            var isList = rest.StartsWith(ListStep, StringComparison.Ordinal);
            rest = rest[(isList ? ListStep : MapStep).Length..];
            var (list, map) = (rest.IndexOf(ListStep, StringComparison.Ordinal), rest.IndexOf(MapStep, StringComparison.Ordinal));
            var end = (list, map) switch { (-1, -1) => rest.Length, (-1, _) => map, (_, -1) => list, _ => Math.Min(list, map) };
            var step = rest[..end];
            rest = rest[end..];
            if (step.Length == 0 || ++steps > MaxSteps
                || (isList && !int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
            {
                throw Fault(value, name, "is not a name that SOPS writes");
            }

            at = at.Step(step, isList) ?? throw Fault(value, name, "is a list here, but a map on another line");
        }

        if (at.Value is not null || at.Steps.Count > 0)
        {
            throw Fault(value, name, "appears twice");
        }

        at.Value = value;
    }

    /// <summary>Null if there is no metadata.</summary>
    public SopsMap? Tree() => _root.Steps.Count == 0 ? null : (SopsMap)Tree(_root, "");

    public static IEnumerable<(string Key, SopsValue Value)> Lines(SopsMap metadata)
    {
        var lines = new List<(string Key, SopsValue Value)>();
        Flatten(metadata, "", lines);
        lines.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
        return lines;
    }

    private static void Flatten(SopsNode node, string path, List<(string Key, SopsValue Value)> lines)
    {
        switch (node)
        {
            case SopsMap map:
                foreach (var entry in map.Entries.Where(entry => entry.Key is not null))
                {
                    Flatten(entry.Node, path.Length == 0 ? entry.Key! : path + MapStep + entry.Key, lines);
                }

                break;
            case SopsList list:
                for (var i = 0; i < list.Items.Count; i++)
                {
                    Flatten(list.Items[i], path + ListStep + i.ToString(CultureInfo.InvariantCulture), lines);
                }

                break;
            case SopsScalar { Value: { Type: not SopsType.Null } value }:
                lines.Add((path, value.Type == SopsType.Bool ? SopsValue.Of(value.Text.ToLowerInvariant()) : value));
                break;
        }
    }

    private SopsNode Tree(Node node, string path)
    {
        if (node.Value is { } value)
        {
            return node.Steps.Count == 0
                ? value : throw Fault(value, path[MapStep.Length..], "is a value here, but has parts on other lines");
        }

        if (!node.IsList)
        {
            var map = new SopsMap(node.Line);
            foreach (var (key, child) in node.Steps)
            {
                map.Add(key, Tree(child, path + MapStep + key));
            }

            return map;
        }

        var list = new SopsList(node.Line);
        for (var i = 0; i < node.Steps.Count; i++)
        {
            var step = i.ToString(CultureInfo.InvariantCulture);
            list.Items.Add(node.Steps.TryGetValue(step, out var item)
                ? Tree(item, path + ListStep + step)
                : throw Faults.Create(
                    file, node.Line, $"the item {i} of sops_{Excerpt.Of(path[MapStep.Length..])} is missing: the list has a gap."));
        }

        return list;
    }

    private InvalidStackException Fault(SopsScalar value, string name, string what) =>
        Faults.Create(file, value.Line, $"sops_{Excerpt.Of(name)} {what}.");

    private sealed class Node
    {
        public Dictionary<string, Node> Steps { get; } = [];

        public bool IsList { get; private set; }

        public SopsScalar? Value { get; set; }

        public int Line => Value?.Line ?? Steps.Values.Select(step => step.Line).FirstOrDefault();

        public Node? Step(string name, bool isList)
        {
            if (Steps.Count > 0 && IsList != isList)
            {
                return null;
            }

            IsList = isList;
            return Steps.TryGetValue(name, out var step) ? step : Steps[name] = new();
        }
    }
}
