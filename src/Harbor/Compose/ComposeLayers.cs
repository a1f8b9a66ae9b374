using Harbor.Yaml;

namespace Harbor.Compose;

/// <summary>
/// Packs the documents of an ordered list of compose files into as few as possible. Compose merges each part (one service, one volume)
/// by itself, so only parts of the same name have to stay in different documents, in their order. Within a document nothing is merged here,
/// so the rules of merging stay compose's own. Parts come as late as they can: compose checks all that it has so far after each document,
/// so that the early ones, which only the busiest service needs, cost little.
/// </summary>
internal sealed class ComposeLayers
{
    private readonly List<YamlNode> _documents = [];
    private readonly Dictionary<(string Section, string Name), List<Part>> _open = [];

    public void Add(YamlNode document)
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

    public IReadOnlyList<YamlNode> Documents()
    {
        Close();
        return _documents;
    }

    /// <summary>
    /// Null for a document that has to stay as it is, between those before and those after it: its parts depend on each other, or its form
    /// is unusual.
    /// </summary>
    private static List<Part>? Parts(YamlNode document)
    {
        if (document is not YamlMap { Tag: "" } map)
        {
            return null;
        }

        var parts = new List<Part>();
        foreach (var (key, value) in map.Entries)
        {
            if (key.Value is not ("services" or "networks" or "volumes" or "secrets" or "configs"))
            {
                parts.Add(new Part("", key, value));
            }
            else if (value is YamlMap { Tag: "" } section)
            {
                parts.AddRange(section.Entries.Select(entry => new Part(key.Value, entry.Key, entry.Value)));
            }
            else
            {
                return null;
            }
        }

        var names = new HashSet<(string, string)>();
        return parts.TrueForAll(part => names.Add((part.Section, part.Key.Value)) && IsIndependent(part)) ? parts : null;
    }

    /// <summary>
    /// False for <c>include</c>, which may not name what is there already, and for a service that extends another one of its own file.
    /// </summary>
    private static bool IsIndependent(Part part) =>
        part.Key.Tag.Length == 0 && part.Key.Value != "<<"
        && (part.Section, part.Key.Value) != ("", "include")
        && !(part.Section == "services" && part.Value["extends"] is { } extends && extends["file"] is null);

    private void Close()
    {
        var count = _open.Count == 0 ? 0 : _open.Values.Max(mentions => mentions.Count);
        for (var i = 0; i < count; i++)
        {
            _documents.Add(
                Document(_open.Values.Where(mentions => mentions.Count >= count - i)
                .Select(mentions => mentions[i - (count - mentions.Count)])));
        }

        _open.Clear();
    }

    private static YamlMap Document(IEnumerable<Part> parts)
    {
        var entries = new List<KeyValuePair<YamlScalar, YamlNode>>();
        foreach (var section in parts.GroupBy(part => part.Section))
        {
            var own = section.Select(part => KeyValuePair.Create(part.Key, part.Value)).ToList();
            entries.AddRange(section.Key.Length == 0
                ? own
                : [new(new YamlScalar(Location.Default, section.Key, ScalarKind.Text) { IsPlain = true }, Map(own))]);
        }

        return Map(entries);
    }

    private static YamlMap Map(IReadOnlyList<KeyValuePair<YamlScalar, YamlNode>> entries) => new(Location.Default, entries);

    private sealed record Part(string Section, YamlScalar Key, YamlNode Value);
}
