using System.Text.Json;
using Harbor.Selection;

namespace Harbor.Tests.Selection;

/// <summary>The measured data: folders, cases and detection.</summary>
internal static class MeasuredSelections
{
    private static readonly JsonElement Trees = Read("trees.json").GetProperty("trees");

    public sealed record Case(string Id, string Tree, string[] Options, string[] Files);

    public static IEnumerable<Case> Cases() => Read("cases.json").GetProperty("cases").EnumerateArray().Select(item => new Case(
        item.GetProperty("id").GetString()!, item.GetProperty("tree")
        .GetString()!, Strings(item.GetProperty("options")), Strings(item.GetProperty("files"))));

    public static IEnumerable<(string Host, string[] Capabilities)> Detections() =>
        Read("detection.json").GetProperty("cases").EnumerateArray()
        .Select(item => (item.GetProperty("host").GetString()!, Strings(item.GetProperty("capabilities"))));

    public static ComposeFolder Folder(string tree) => ComposeFolder.FromNames(Names(tree));

    public static string[] Names(string tree) =>
        [.. Strings(Trees.GetProperty(tree).GetProperty("files")).Append("compose.yml").Distinct()];

    public static SelectionRules Rules(string tree) => new()
    {
        Wildcard = Wildcard.Tree,
        Capabilities = Strings(Trees.GetProperty(tree).GetProperty("capabilities")),
    };

    private static JsonElement Read(string file) =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", "compose-selection", file))).RootElement;

    private static string[] Strings(JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetString()!)];
}
