using System.IO.Compression;
using System.Text.Json.Nodes;

namespace Harbor.EndToEnd;

/// <summary><c>./harbor gepa replay</c>, beside the target <c>gepa</c> whose words other programs read.</summary>
public sealed class GepaReplayTests
{
    [Fact]
    public async Task A_run_of_the_original_is_played_event_for_event_also_in_pieces()
    {
        await using var project = new TestProject();
        var original = await FirstAsync();
        project.Write("run.json", new JsonObject
        {
            ["config"] = original["config"]!.DeepClone(),
            ["seed_candidate"] = original["seed_candidate"]!.DeepClone(),
        }.ToJsonString());
        string[] words =
            ["gepa", "replay", "--problem", "hash", "--run", project.PathOf("run.json"), "--output", project.PathOf("out.json")];

        await project.ExpectAsync(0, words);
        var whole = Played(project);
        do
        {
            await project.ExpectAsync(0, [.. words, "--state", project.PathOf("state"), "--max-iterations", "3"]);
        }
        while (!(bool)Played(project)["finished"]!);

        foreach (var part in (string[])["events", "adapter_calls", "final"])
        {
            Assert.True(JsonNode.DeepEquals(original[part], whole[part]), part);
            Assert.True(JsonNode.DeepEquals(whole[part], Played(project)[part]), $"{part}, in pieces");
        }
    }

    private static JsonNode Played(TestProject project) => JsonNode.Parse(File.ReadAllText(project.PathOf("out.json")))!;

    private static async Task<JsonNode> FirstAsync()
    {
        var file = Path.Combine(Repository.Root, "tests", "Harbor.Optimization.Tests", "Data", "runs.json.gz");
        await using var packed = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
        return (await JsonNode.ParseAsync(packed))!["runs"]![0]!;
    }
}
