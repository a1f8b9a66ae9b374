namespace Harbor.Yaml;

/// <summary>What one file may cost: checked before it costs that much.</summary>
/// <param name="Documents">A further document is refused.</param>
/// <param name="Nodes">With aliases written out.</param>
/// <param name="Scalar">Characters of one value.</param>
internal sealed record YamlLimits(int Documents, int Characters, int Events, int Nodes, int Aliases, int Scalar)
{
    /// <summary>Levels of nesting, with aliases written out: what reads a tree may recurse.</summary>
    public const int Depth = 64;

    /// <summary>Of a descriptor, and of SOPS' creation rules.</summary>
    public static YamlLimits Descriptor { get; } = new(1, YamlText.MaxBytes, 50_000, 50_000, 100, 64 * 1024);

    /// <summary>Of compose files, some of which are generated.</summary>
    public static YamlLimits Compose { get; } = new(int.MaxValue, 10_000_000, 500_000, 500_000, int.MaxValue, int.MaxValue);
}
