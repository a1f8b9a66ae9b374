using System.Text.Json.Nodes;

namespace Harbor.Tests.Docs;

public sealed class DescriptorReferenceTests
{
    private static readonly string Root = FindRoot(AppContext.BaseDirectory);

    [Fact]
    public void The_page_is_what_the_schema_gives()
    {
        var page = Path.Combine(Root, "docs", "descriptor-reference.md");
        var generated = DescriptorReference.Generate(Schema());
        if (Environment.GetEnvironmentVariable("HARBOR_ACCEPT_SNAPSHOTS") == "1")
        {
            File.WriteAllText(page, generated);
        }

        Assert.Equal(generated, File.ReadAllText(page).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Every_key_of_the_schema_has_a_description() =>
        Assert.DoesNotContain(
            KeysWithoutDescription(JsonNode.Parse(Schema())!, ""), key => !key.Contains("/contains/", StringComparison.Ordinal));

    private static IEnumerable<string> KeysWithoutDescription(JsonNode? node, string path) => node switch
    {
        JsonObject map => (map["properties"] as JsonObject ?? [])
            .Where(key => key.Value is JsonObject value && !value.ContainsKey("description")).Select(key => $"{path}/{key.Key}")
            .Concat(map.SelectMany(member => KeysWithoutDescription(member.Value, $"{path}/{member.Key}"))),
        JsonArray list => list.SelectMany(item => KeysWithoutDescription(item, path)),
        _ => [],
    };

    private static string Schema() => File.ReadAllText(Path.Combine(Root, "etc", "harbor.schema.json"));

    private static string FindRoot(string folder) => File.Exists(Path.Combine(folder, "Harbor.slnx"))
        ? folder : FindRoot(Path.GetDirectoryName(folder)!);
}
