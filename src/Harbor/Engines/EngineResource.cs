namespace Harbor.Engines;

public enum ResourceKind
{
    Network,
    Volume,
}

/// <summary>A network or a volume that has a project's label.</summary>
/// <param name="Id">By which it is removed; a volume's is its name.</param>
/// <param name="Created">When, as the engine writes it. A volume that was removed and created again has another time.</param>
public sealed record EngineResource(
    ResourceKind Kind, string Id, string Name, string Created, IReadOnlyDictionary<string, string> Labels)
{
    /// <summary>No other network or volume has or will have this.</summary>
    public string Identity => $"{Kind} {Id} {Created}";

    public string? Label(string name) => Labels.TryGetValue(name, out var value) ? value : null;

    /// <summary>As messages name it: <c>volume shop_data</c>.</summary>
    public override string ToString() => $"{(Kind == ResourceKind.Network ? "network" : "volume")} {Name}";
}
