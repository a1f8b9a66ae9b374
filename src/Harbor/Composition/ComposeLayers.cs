namespace Harbor.Composition;

/// <summary>
/// Packs the documents of an ordered list of compose files into as few as possible. Compose merges each part (one service, one volume)
/// by itself, so only parts of the same name have to stay in different documents, in their order: the n-th mention of a service goes to the
/// n-th document. Within a document nothing is merged here, so the rules of merging stay compose's own.
/// </summary>
internal sealed class ComposeLayers
{
    private readonly List<List<(string Section, ComposeNode Key, ComposeNode Value)>> _layers = [];
    private readonly Dictionary<(string Section, string Name), int> _next = [];
    private int _barrier;

    public void Add(ComposeNode document)
    {
        var parts = Parts(document);
        if (parts is null)
        {
            _barrier = _layers.Count + 1;
            _layers.Add([("", document, document)]);
            return;
        }

        foreach (var part in parts)
        {
            var name = (part.Section, part.Key.Value);
            var layer = Math.Max(_next.GetValueOrDefault(name), _barrier);
            _next[name] = layer + 1;
            if (layer == _layers.Count)
            {
                _layers.Add([]);
            }

            _layers[layer].Add(part);
        }
    }

    public IEnumerable<ComposeNode> Documents() => _layers.Select(Document);

    /// <summary>Null for a document that has to stay as it is, between those before and those after it: its parts depend on each other, or its form is unusual.</summary>
    private static List<(string Section, ComposeNode Key, ComposeNode Value)>? Parts(ComposeNode document)
    {
        var parts = new List<(string Section, ComposeNode Key, ComposeNode Value)>();
        var names = new HashSet<(string, string)>();
        foreach (var (key, value) in document.Entries())
        {
            if (key.Value is not ("services" or "networks" or "volumes" or "secrets" or "configs"))
            {
                parts.Add(("", key, value));
            }
            else if (value.IsPlainMapping)
            {
                parts.AddRange(value.Entries().Select(entry => (key.Value, entry.Key, entry.Value)));
            }
            else
            {
                return null;
            }
        }

        return document.IsPlainMapping && parts.TrueForAll(part => names.Add((part.Section, part.Key.Value)) && IsIndependent(part.Section, part.Key, part.Value))
            ? parts
            : null;
    }

    private static bool IsIndependent(string section, ComposeNode key, ComposeNode value) =>
        key is { Kind: ComposeNodeKind.Scalar, Tag.IsEmpty: true } && key.Value != "<<"
        && (section, key.Value) != ("", "include")
        && !(section == "services" && value["extends"] is { } extends && extends["file"] is null);

    private static ComposeNode Document(List<(string Section, ComposeNode Key, ComposeNode Value)> layer)
    {
        if (ReferenceEquals(layer[0].Key, layer[0].Value))
        {
            return layer[0].Value;
        }

        var document = Mapping();
        foreach (var section in layer.GroupBy(part => part.Section))
        {
            var target = document;
            if (section.Key.Length > 0)
            {
                target = Mapping();
            }

            foreach (var (_, key, value) in section)
            {
                target.Add(key);
                target.Add(value);
            }

            if (section.Key.Length > 0)
            {
                document.Add(new ComposeNode(ComposeNodeKind.Scalar, default, default) { Value = section.Key, IsPlain = true });
                document.Add(target);
            }
        }

        return document;
    }

    private static ComposeNode Mapping() => new(ComposeNodeKind.Mapping, default, default);
}
