using System.Reflection;

namespace Harbor.Tests.Repository;

/// <summary>The folders of the library in their layers: DESIGN's arrows, held against what the compiled types really use.</summary>
public sealed class LayerTests
{
    private static readonly string[][] Layers =
    [
        ["", "Yaml", "Masking", "Files", "Processes", "Hashing"],
        ["Secrets", "Engines", "Runners"],
        ["Descriptors", "Selection", "Environments", "Templates", "Compose", "State", "Runs"],
        ["Planning", "Readiness", "Hooks", "Tunnels", "Setup"],
        ["Stacks", "Linting"],
    ];

    private static readonly string[] KnowNobodyAbove = ["Yaml", "Masking", "Files", "Processes", "Hashing"];

    [Fact]
    public void Every_folder_is_in_a_layer() =>
        Assert.Empty(Uses().Select(use => use.From).Except(Layers.SelectMany(layer => layer)));

    [Theory]
    [InlineData("Stacks", "Planning")] // In signatures.
    [InlineData("Compose", "Engines")] // In code alone.
    [InlineData("Secrets", "Yaml")] // By a nested folder, Secrets/Sops.
    public void What_a_folder_uses_is_found(string from, string to) => Assert.Contains(Uses(), use => (use.From, use.To) == (from, to));

    [Fact]
    public void No_folder_uses_one_of_a_layer_above_its_own() =>
        Assert.Empty(Uses().Where(use => LayerOf(use.To) > LayerOf(use.From)).Select(use => use.ToString()));

    [Fact]
    public void No_folders_use_each_other_in_a_circle()
    {
        var left = Uses().Where(use => use.From != use.To).Select(use => (use.From, use.To)).ToHashSet();
        while (left.RemoveWhere(use => left.All(other => other.From != use.To)) > 0)
        {
            // What is used by others and uses nothing that is left is in no circle.
        }

        Assert.Empty(left.Select(use => $"{use.From} -> {use.To}"));
    }

    [Fact]
    public void The_lowest_layer_uses_only_itself() =>
        Assert.DoesNotContain(Uses(), use => KnowNobodyAbove.Contains(use.From) && use.To.Length > 0 && !KnowNobodyAbove.Contains(use.To));

    private static int LayerOf(string folder) => Array.FindIndex(Layers, layer => layer.Contains(folder));

    /// <summary>Each pair of folders once, with one type as an example.</summary>
    private static IEnumerable<Use> Uses() => typeof(Problem).Assembly.GetTypes()
        .Where(type => Folder(type) is not null && !type.Name.StartsWith('<'))
        .SelectMany(type => TypeReferences.In(type).Where(other => Folder(other) is not null)
            .Select(other => new Use(Folder(type)!, Folder(other)!, type, other)))
        .DistinctBy(use => (use.From, use.To));

    /// <summary>Null for a type that is not the library's.</summary>
    private static string? Folder(Type type) => type.Assembly != typeof(Problem).Assembly
        || type.Namespace is not { } name || !name.StartsWith("Harbor", StringComparison.Ordinal)
        ? null
        : name.Split('.').ElementAtOrDefault(1) ?? "";

    private sealed record Use(string From, string To, MemberInfo Type, MemberInfo Other)
    {
        public override string ToString() => $"{From} -> {To}: {Type} uses {Other}";
    }
}
