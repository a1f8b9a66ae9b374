namespace Harbor.Yaml;

/// <summary>
/// A value as it was written: nothing is resolved, so that it can be written again without a change of meaning. An alias is the node of its
/// anchor, so one node may be reached on several ways.
/// </summary>
internal abstract class YamlNode(Location at)
{
    public Location At { get; } = at;

    /// <summary>As written: <c>!override</c>, or a full name for the short <c>!!str</c>; empty where there is none.</summary>
    public string Tag { get; init; } = "";

    public string Anchor { get; init; } = "";

    /// <summary>Levels, this one included, aliases followed.</summary>
    public virtual int Height => 1;

    /// <summary>What it is, in words for a message: "a list", "the number 12".</summary>
    public abstract string Description { get; }

    /// <summary>A map's value, also where it is merged in by <c>&lt;&lt;</c>; null for everything else.</summary>
    public virtual YamlNode? this[string key] => null;
}

internal sealed class YamlMap(Location at, IReadOnlyList<KeyValuePair<YamlScalar, YamlNode>> entries) : YamlNode(at)
{
    public IReadOnlyList<KeyValuePair<YamlScalar, YamlNode>> Entries { get; } = entries;

    public override int Height { get; } = 1 + entries.Select(entry => entry.Value.Height).DefaultIfEmpty().Max();

    public override string Description => "a map";

    public override YamlNode? this[string key] => Members().FirstOrDefault(entry => entry.Key.Value == key).Value;

    /// <summary>The entries, and after them those that are merged in by <c>&lt;&lt;</c> and that no earlier one replaces.</summary>
    public IEnumerable<KeyValuePair<YamlScalar, YamlNode>> Members()
    {
        var own = Entries.Where(entry => !entry.Key.IsMerge);
        var merged = Entries.Where(entry => entry.Key.IsMerge)
            .SelectMany(entry => entry.Value is YamlList list ? list.Items : [entry.Value])
            .SelectMany(source => source is YamlMap map ? map.Members() : []);
        return own.Concat(merged).DistinctBy(entry => entry.Key.Value);
    }
}

internal sealed class YamlList(Location at, IReadOnlyList<YamlNode> items) : YamlNode(at)
{
    public IReadOnlyList<YamlNode> Items { get; } = items;

    public override int Height { get; } = 1 + items.Select(item => item.Height).DefaultIfEmpty().Max();

    public override string Description => "a list";
}
