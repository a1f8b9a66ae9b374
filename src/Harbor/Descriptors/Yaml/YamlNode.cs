namespace Harbor.Descriptors.Yaml;

/// <summary>A value as it stands in the file. An alias gives the node of its anchor, so one node may be reached on several ways.</summary>
internal abstract class YamlNode(Location at)
{
    public Location At { get; } = at;

    /// <summary>What stands there, in words for a message: "a list", "the number 12".</summary>
    public abstract string Description { get; }
}

internal sealed class YamlMap(Location at, IReadOnlyList<KeyValuePair<YamlScalar, YamlNode>> entries) : YamlNode(at)
{
    public IReadOnlyList<KeyValuePair<YamlScalar, YamlNode>> Entries { get; } = entries;

    public override string Description => "a map";
}

internal sealed class YamlList(Location at, IReadOnlyList<YamlNode> items) : YamlNode(at)
{
    public IReadOnlyList<YamlNode> Items { get; } = items;

    public override string Description => "a list";
}
