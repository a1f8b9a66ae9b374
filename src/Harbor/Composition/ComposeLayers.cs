namespace Harbor.Composition;

/// <summary>
/// Packs the documents of an ordered list of compose files into as few as possible. Compose merges each part (one service, one volume)
/// by itself, so only parts of the same name have to stay in different documents, in their order. Within a document nothing is merged here,
/// so the rules of merging stay compose's own. Parts come as late as they can: compose checks all that it has so far after each document,
/// so that the early ones, which only the busiest service needs, cost little.
/// </summary>
internal sealed class ComposeLayers
{
    private readonly List<ComposeNode> _documents = [];
    private readonly Dictionary<(string Section, string Name), List<Part>> _open = [];

    public void Add(ComposeNode document)
    {
        if (Parts(document) is { } parts)
        {
            foreach (var part in parts)
            {
                if (!_open.TryGetValue((part.Section, part.Key.Value), out var mentions))
                {
                    _open.Add((part.Section, part.Key.Value), mentions = []);
                }

                mentions.Add(part);
            }
        }
        else
        {
            Close();
            _documents.Add(document);
        }
    }

    public IReadOnlyList<ComposeNode> Documents()
    {
        Close();
        return _documents;
    }

    /// <summary>Null for a document that has to stay as it is, between those before and those after it: its parts depend on each other, or its form is unusual.</summary>
    private static List<Part>? Parts(ComposeNode document)
    {
        var parts = new List<Part>();
        foreach (var (key, value) in document.Entries())
        {
            if (key.Value is not ("services" or "networks" or "volumes" or "secrets" or "configs"))
            {
                parts.Add(new Part("", key, value));
            }
            else if (value.IsPlainMapping)
            {
                parts.AddRange(value.Entries().Select(entry => new Part(key.Value, entry.Key, entry.Value)));
            }
            else
            {
                return null;
            }
        }

        var names = new HashSet<(string, string)>();
        return document.IsPlainMapping && parts.TrueForAll(part => names.Add((part.Section, part.Key.Value)) && IsIndependent(part)) ? parts : null;
    }

    /// <summary>False for <c>include</c>, which may not name what is there already, and for a service that extends another one of its own file.</summary>
    private static bool IsIndependent(Part part) =>
        part.Key is { Kind: ComposeNodeKind.Scalar, Tag.IsEmpty: true } && part.Key.Value != "<<"
        && (part.Section, part.Key.Value) != ("", "include")
        && !(part.Section == "services" && part.Value["extends"] is { } extends && extends["file"] is null);

    private void Close()
    {
        var count = _open.Count == 0 ? 0 : _open.Values.Max(mentions => mentions.Count);
        for (var i = 0; i < count; i++)
        {
            _documents.Add(Document(_open.Values.Where(mentions => mentions.Count >= count - i).Select(mentions => mentions[i - (count - mentions.Count)])));
        }

        _open.Clear();
    }

    private static ComposeNode Document(IEnumerable<Part> parts)
    {
        var document = new ComposeNode(ComposeNodeKind.Mapping, default, default);
        foreach (var section in parts.GroupBy(part => part.Section))
        {
            var target = document;
            if (section.Key.Length > 0)
            {
                target = new ComposeNode(ComposeNodeKind.Mapping, default, default);
            }

            foreach (var part in section)
            {
                target.Add(part.Key);
                target.Add(part.Value);
            }

            if (section.Key.Length > 0)
            {
                document.Add(new ComposeNode(ComposeNodeKind.Scalar, default, default) { Value = section.Key, IsPlain = true });
                document.Add(target);
            }
        }

        return document;
    }

    private sealed record Part(string Section, ComposeNode Key, ComposeNode Value);
}
